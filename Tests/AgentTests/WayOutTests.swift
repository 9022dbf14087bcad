import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("What does not end by itself, and what was undefined")
struct WayOutTests {
  @Test("work that hears nothing is left behind when its time is over")
  func leftBehind() async throws {
    let environment = AgentEnvironment(
      wallClock: ManualClock(), clock: ManualTicks(), random: SeededRandomSource(seed: 1))
    let ticks = try #require(environment.clock as? ManualTicks)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let limited = Task {
      try await environment.limit("a child", to: .seconds(10)) {
        // Deaf to cancellation, as a process that hangs in the kernel.
        await Task.detached { for await _ in gate {} }.value
      }
    }
    let result = try await ticks.run(by: .seconds(1)) { await limited.result }
    #expect(ticks.now.elapsed >= .seconds(10) + AgentEnvironment.grace)
    let error = #expect(throws: FleetError.self) { try result.get() }
    #expect(error?.code == .timedOut && error?.message.contains("a child") == true)
    let cancelled = Task {
      try await environment.limit("a child", to: .seconds(100_000)) {
        await Task.detached { for await _ in gate {} }.value
      }
    }
    cancelled.cancel()
    let left = try await ticks.run(by: .seconds(1)) { await cancelled.result }
    #expect(throws: CancellationError.self) { try left.get() }
    open.finish()
  }

  @Test("work that ends in time is answered with what it came to")
  func inTime() async throws {
    let fixture = try await AgentFixture()
    #expect(try await fixture.environment.limit("x", to: .seconds(60)) { 7 } == 7)
    let error = await #expect(throws: FleetError.self) {
      try await fixture.environment.limit("x", to: .seconds(60)) { throw FleetError(.invalid, "no") }
    }
    #expect(error?.code == .invalid)
  }

  @Test("only a port somebody has is busy; what else stops a listener has its own words")
  func portErrors() {
    #expect(PortProbe.failure(0, port: 5900, address: "127.0.0.1") == nil)
    #expect(PortProbe.failure(EADDRINUSE, port: 5900, address: "127.0.0.1")?.code == .portBusy)
    for number in [EADDRNOTAVAIL, EAFNOSUPPORT, EPROTONOSUPPORT, EACCES, EPERM, EMFILE, ENFILE, ENOBUFS, ENOMEM, EIO] {
      let failure = PortProbe.failure(number, port: 5900, address: "::1")
      #expect(failure != nil && failure?.code != .portBusy && failure?.message.isEmpty == false, "\(number)")
    }
    #expect(PortProbe.failure(EAFNOSUPPORT, port: 5900, address: "::1")?.message.contains("no IPv6") == true)
  }

  @Test("a cancelled polite stop asks no more; one that has not begun never begins")
  func cancelled() async throws {
    let fixture = try await AgentFixture()
    let vm = VMID.sample(1)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    await fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 2)
    fixture.hypervisor.edit { _ = $0.deaf.insert(vm) }
    let stop = AgentAction(id: .sample(3), epoch: 1, work: .power(vm, .stop, force: false, timeoutSeconds: 3600))
    let pause = AgentAction(id: .sample(4), epoch: 1, work: .power(vm, .pause, force: false, timeoutSeconds: 1))
    let stopping = await fixture.queue.begin(stop) { _, _ in }
    try await eventually("the guest is asked") { fixture.hypervisor.calls.contains("shutdown \(vm)") }
    let pausing = await fixture.queue.begin(pause) { _, _ in }
    #expect(await fixture.queue.cancel(pause.id))
    #expect(await fixture.queue.cancel(stop.id))
    #expect(await stopping.value.failure?.code == .cancelled)
    #expect(await pausing.value.failure?.code == .cancelled)
    #expect(!fixture.hypervisor.calls.contains("suspend \(vm)"))
    #expect(fixture.hypervisor.edit { $0.domains[vm]?.state } == .running)
  }

  @Test("a start that libvirt carries out is not stopped half-way")
  func notHalfWay() async throws {
    let fixture = try await AgentFixture()
    let vm = VMID.sample(1)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates["start"] = gate }
    let start = AgentAction(id: .sample(3), epoch: 1, work: .power(vm, .start, force: false, timeoutSeconds: 1))
    let starting = await fixture.queue.begin(start) { _, _ in }
    try await eventually("libvirt is asked") { fixture.hypervisor.calls.contains("start \(vm)") }
    #expect(await !fixture.queue.cancel(start.id))
    open.finish()
    #expect(await starting.value.failure == nil)
  }

  @Test("a VM that was undefined is defined again over its disks, which are not made anew")
  func recovered() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/web.qcow2"
    let order = AgentFixture.provision(
      AgentFixture.spec(disks: [DiskSpec(target: "vda", source: .blank, path: path, size: .mebibytes(8))]))
    #expect(await fixture.run(.provision(order), id: 1) == nil)
    let disk = DiskRecords.record(of: path)
    try await fixture.hypervisor.undefine(order.vmID, DomainRemoval())
    #expect(await fixture.run(.recover(order), id: 2) == nil)
    #expect(fixture.hypervisor.document(order.vmID)?.contains(path) == true)
    #expect(DiskRecords.record(of: path) == disk)
    try await fixture.hypervisor.undefine(order.vmID, DomainRemoval())
    try HostFile.remove(path)
    let failure = try #require(await fixture.run(.recover(order), id: 3))
    #expect(failure.code == .precondition && failure.message.contains(path))
    #expect(failure.hint.contains("roost forget web-1"))
    #expect(!HostFile.exists(path), "nothing is made")
  }

  @Test("a disk under a snapshot is not written, and another domain's is not taken")
  func overlaid() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/web.qcow2"
    let order = AgentFixture.provision(
      AgentFixture.spec(disks: [DiskSpec(target: "vda", source: .blank, path: path, size: .mebibytes(8))]))
    #expect(await fixture.run(.provision(order), id: 1) == nil)
    try await fixture.hypervisor.undefine(order.vmID, DomainRemoval())
    let qemuImg = QemuImg(runner: ProcessRunner(environment: fixture.environment))
    let above = fixture.directory.path + "/web.snap1"
    try await qemuImg.create(above, over: path, format: "qcow2", size: .mebibytes(8))
    #expect(OverlayFile.backing(of: above) == path && OverlayFile.backing(of: path) == nil)
    let failure = try #require(await fixture.run(.recover(order), id: 2))
    #expect(failure.code == .conflict && failure.message.contains(above))
    try HostFile.remove(above)
    fixture.hypervisor.edit { $0.domains[.sample(700)] = .unmanaged("pet", disks: [path]) }
    let taken = try #require(await fixture.run(.recover(order), id: 3))
    #expect(taken.code == .conflict && taken.message.contains("pet"))
    #expect(fixture.hypervisor.edit { $0.domains[order.vmID] } == nil)
  }

  @Test("recover keeps a running guest's lost definition; until then no polite stop")
  func transient() async throws {
    let fixture = try await AgentFixture()
    let order = AgentFixture.provision(AgentFixture.spec())
    await fixture.run(.provision(order), id: 1)
    await fixture.run(.power(order.vmID, .start, force: false, timeoutSeconds: 1), id: 2)
    fixture.hypervisor.edit { state in
      state.domains[.sample(1)]?.isPersistent = false
      state.domains[.sample(1)]?.saved = nil
    }
    let refused = try #require(
      await fixture.run(.power(order.vmID, .stop, force: false, timeoutSeconds: 1), id: 3))
    #expect(refused.code == .precondition && refused.hint.contains("roost recover web-1"))
    #expect(await fixture.run(.recover(order), id: 4) == nil)
    #expect(fixture.hypervisor.calls.contains("keep \(order.vmID)"))
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)]?.isPersistent } == true)
    #expect(await fixture.run(.power(order.vmID, .stop, force: false, timeoutSeconds: 1), id: 5) == nil)
  }

  @Test("a guest that can't go on from its saved state is told so, with what drops it")
  func damagedSave() async throws {
    let fixture = try await AgentFixture()
    let order = AgentFixture.provision(AgentFixture.spec())
    await fixture.run(.provision(order), id: 1)
    fixture.hypervisor.edit { state in
      state.domains[.sample(1)]?.hasManagedSave = true
      state.failures["start"] = FleetError(.internal, "failed to read cookie")
    }
    let failure = try #require(
      await fixture.run(.power(order.vmID, .start, force: false, timeoutSeconds: 1), id: 2))
    #expect(failure.message.contains("saved state") && failure.message.contains("failed to read cookie"))
    #expect(failure.hint.contains("virsh managedsave-remove web-1"))
  }
}
