import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("Power")
struct PowerControlTests {
  private let vm = VMID.sample(1)

  private func running(ticks: any Clock<Duration> = ContinuousClock()) async throws -> AgentFixture {
    let fixture = try await AgentFixture(ticks: ticks)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    await fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 2)
    return fixture
  }

  /// Asks a guest politely and lets the time pass in which it does not listen.
  private func left(_ verb: PowerVerb, of fixture: AgentFixture, _ ticks: ManualTicks) async throws -> FleetError? {
    let vm = vm
    return try await ticks.run(by: .milliseconds(300), beside: { fixture.clock.advance(seconds: 5) }) {
      await fixture.run(.power(vm, verb, force: false, timeoutSeconds: 30), id: 3)
    }
  }

  @Test("a polite stop asks the guest and returns when it is down")
  func polite() async throws {
    let fixture = try await running()
    #expect(await fixture.run(.power(vm, .stop, force: false, timeoutSeconds: 30), id: 3) == nil)
    #expect(fixture.hypervisor.calls.contains("shutdown \(vm)"))
    #expect(!fixture.hypervisor.calls.contains("destroy \(vm)"))
  }

  @Test("a guest that does not listen is not cut off, and the error tells how to")
  func deaf() async throws {
    let ticks = ManualTicks()
    let fixture = try await running(ticks: ticks)
    fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
    let failure = try #require(await left(.stop, of: fixture, ticks))
    #expect(failure.code == .timedOut)
    #expect(failure.hint.contains("roost stop --force web-1"))
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)]?.state } == .running)
    #expect(await fixture.run(.power(vm, .stop, force: true, timeoutSeconds: 30), id: 4) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)]?.state } == .stopped)
  }

  @Test("a polite restart asks the guest, says what it waits for, and ends at its boot")
  func restart() async throws {
    let fixture = try await running()
    let told = Mutex<[String]>([])
    let order = AgentAction(
      id: .sample(3), epoch: 1, work: .power(vm, .restart, force: false, timeoutSeconds: 30))
    fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
    let restarting = Task {
      await fixture.queue.run(order) { step, _ in told.withLock { $0.append(step) } }
    }
    try await eventually { fixture.hypervisor.calls.contains("reboot \(vm)") }
    // Another guest's boot is not this one's.
    fixture.hypervisor.reboots.note(.sample(2))
    try await eventually { told.withLock { $0.contains("wait for the guest to boot again") } }
    fixture.hypervisor.reboots.note(.sample(1))
    #expect(await restarting.value.failure == nil)
    #expect(fixture.hypervisor.calls.filter { $0.hasPrefix("reboot") }.count == 1)
    #expect(!fixture.hypervisor.calls.contains("reset \(vm)"))
  }

  @Test("a guest that does not boot again is told after the limit, with the way to reset")
  func deafRestart() async throws {
    let ticks = ManualTicks()
    let fixture = try await running(ticks: ticks)
    fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
    let failure = try #require(await left(.restart, of: fixture, ticks))
    #expect(failure.code == .timedOut && failure.hint.contains("roost restart --force web-1"))
    // A guest that is still booting does not hear the button: it was pressed again.
    #expect(fixture.hypervisor.calls.filter { $0.hasPrefix("reboot") }.count > 1)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)]?.state } == .running)
    #expect(await fixture.run(.power(vm, .restart, force: true, timeoutSeconds: 30), id: 4) == nil)
    #expect(fixture.hypervisor.calls.contains("reset \(vm)"))
  }

  @Test("a guest that goes off instead of booting again is not waited for")
  func offInstead() async throws {
    let fixture = try await running()
    fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
    let restarting = Task { await fixture.run(.power(vm, .restart, force: false, timeoutSeconds: 30), id: 3) }
    try await eventually { fixture.hypervisor.calls.contains("reboot \(vm)") }
    fixture.hypervisor.edit { $0.domains[.sample(1)]?.state = .stopped }
    let failure = try #require(await restarting.value)
    #expect(failure.code == .precondition && failure.hint.contains("roost start web-1"))
  }

  @Test("force ends the wait for a polite stop, which is remembered and never repeated")
  func superseded() async throws {
    for (polite, forced) in [(PowerVerb.stop, PowerVerb.stop), (.restart, .stop), (.restart, .restart)] {
      let fixture = try await running()
      fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
      let work = AgentAction.Work.power(vm, polite, force: false, timeoutSeconds: 3600)
      let waiting = Task { await fixture.run(work, id: 3) }
      let asked = polite == .stop ? "shutdown \(vm)" : "reboot \(vm)"
      try await eventually { fixture.hypervisor.calls.contains(asked) }
      #expect(await fixture.run(.power(vm, forced, force: true, timeoutSeconds: 1), id: 4) == nil)
      #expect(await waiting.value?.code == .superseded)
      // A repeat, also to an agent that was started anew, asks the guest nothing.
      #expect(await fixture.run(work, id: 3)?.code == .superseded)
      let reborn = try await AgentFixture(in: fixture.directory, hypervisor: fixture.hypervisor)
      #expect(await reborn.run(work, id: 3)?.code == .superseded)
      #expect(fixture.hypervisor.calls.filter { $0 == asked }.count == 1)
      #expect(fixture.hypervisor.calls.filter { $0 == (forced == .stop ? "destroy \(vm)" : "reset \(vm)") }.count == 1)
    }
  }

  @Test("a polite one that has not begun when the forced one comes never asks the guest")
  func supersededInQueue() async throws {
    let fixture = try await running()
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates["suspend"] = gate }
    async let pausing = fixture.run(.power(vm, .pause, force: false, timeoutSeconds: 1), id: 5)
    try await eventually { fixture.hypervisor.calls.contains("suspend \(vm)") }
    let polite = await fixture.queue.begin(
      AgentAction(id: .sample(6), epoch: 1, work: .power(vm, .stop, force: false, timeoutSeconds: 60))
    ) { _, _ in }
    let forced = await fixture.queue.begin(
      AgentAction(id: .sample(7), epoch: 1, work: .power(vm, .stop, force: true, timeoutSeconds: 60))
    ) { _, _ in }
    opener.finish()
    #expect(await pausing == nil)
    #expect(await polite.value.failure?.code == .superseded)
    #expect(await forced.value.failure == nil)
    #expect(!fixture.hypervisor.calls.contains("shutdown \(vm)") && fixture.hypervisor.calls.contains("destroy \(vm)"))
  }

  @Test("a press that is on its way to libvirt is waited for before the power is cut")
  func pressOnItsWay() async throws {
    let fixture = try await running()
    fixture.hypervisor.edit { _ = $0.deaf.insert(.sample(1)) }
    let (gate, opener) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates["reboot"] = gate }
    let waiting = Task { await fixture.run(.power(vm, .restart, force: false, timeoutSeconds: 60), id: 3) }
    try await eventually { fixture.hypervisor.calls.contains("reboot \(vm)") }
    let forced = await fixture.queue.begin(
      AgentAction(id: .sample(4), epoch: 1, work: .power(vm, .restart, force: true, timeoutSeconds: 60))
    ) { _, _ in }
    #expect(!fixture.hypervisor.calls.contains("reset \(vm)"))
    opener.finish()
    #expect(await forced.value.failure == nil)
    #expect(await waiting.value?.code == .superseded)
    #expect(fixture.hypervisor.calls.suffix(2) == ["reboot \(vm)", "reset \(vm)"])
  }

  @Test("verbs that are there already change nothing")
  func alreadyThere() async throws {
    let fixture = try await running()
    let before = fixture.hypervisor.calls.count
    #expect(await fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 5) == nil)
    #expect(await fixture.run(.power(vm, .resume, force: false, timeoutSeconds: 1), id: 6) == nil)
    #expect(fixture.hypervisor.calls.count == before)
  }

  @Test("a stopped guest can be neither paused nor restarted")
  func stopped() async throws {
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    for (id, verb) in [(10, PowerVerb.pause), (11, .restart), (12, .resume)] as [(UInt64, PowerVerb)] {
      #expect(await fixture.run(.power(vm, verb, force: false, timeoutSeconds: 1), id: id)?.code == .precondition)
    }
  }

  @Test("a port that somebody listens on is found busy before the guest starts")
  func busyPort() async throws {
    let listener = try Listener()
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    fixture.hypervisor.edit {
      $0.domains[.sample(1)]?.saved?.graphics = [
        ObservedGraphics(type: "vnc", listen: "127.0.0.1", port: listener.port)
      ]
    }
    let failure = try #require(await fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 2))
    #expect(failure.code == .portBusy)
    #expect(!fixture.hypervisor.calls.contains("start \(vm)"))
    listener.close()
    #expect(await fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 2) == nil)
  }

  @Test("the bind test tells a free port from a busy one and from a foreign address")
  func bindTest() throws {
    let listener = try Listener()
    #expect(throws: FleetError.self) { try PortProbe.check(port: listener.port, listen: "127.0.0.1") }
    #expect(throws: FleetError.self) { try PortProbe.check(port: listener.port, listen: "0.0.0.0") }
    listener.close()
    try PortProbe.check(port: listener.port, listen: "127.0.0.1")
    try PortProbe.check(port: listener.port, listen: "")
    let wrong = [(listener.port, "203.0.113.9"), (listener.port, "localhost"), (0, ""), (65_536, ""), (-1, "")]
    for (port, listen) in wrong {
      let error = #expect(throws: FleetError.self) { try PortProbe.check(port: port, listen: listen) }
      #expect(error?.code == .invalid)
    }
  }
}
