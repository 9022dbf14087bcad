import Fleet
import FleetTestKit
import Foundation
import Platform
import SimulationKit
import Testing

@testable import Agent

@Suite("An agent's actions")
struct ActionQueueTests {
  private let vm = VMID.sample(1)

  @Test("an action that is repeated runs once and is answered twice")
  func idempotence() async throws {
    let fixture = try await AgentFixture()
    let work = AgentAction.Work.provision(AgentFixture.provision(AgentFixture.spec()))
    #expect(await fixture.run(work, id: 10) == nil)
    let again = await fixture.queue.run(AgentAction(id: .sample(10), epoch: 1, work: work)) { _, _ in }
    #expect(again.failure == nil)
    #expect(again.domain?.name == "web-1")
    #expect(fixture.hypervisor.calls.filter { $0 == "define" }.count == 1)
  }

  @Test("a failure is remembered too, also by an agent that was started anew")
  func failureAcrossRestart() async throws {
    let fixture = try await AgentFixture()
    let work = AgentAction.Work.power(vm, .start, force: false, timeoutSeconds: 1)
    let first = try #require(await fixture.run(work, id: 11))
    #expect(first.code == .notFound)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 12)

    let reborn = try await AgentFixture(in: fixture.directory, hypervisor: fixture.hypervisor)
    #expect(await reborn.run(work, id: 11) == first)
    #expect(await reborn.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 12) == nil)
    #expect(fixture.hypervisor.calls.filter { $0 == "define" }.count == 1)
    #expect(!fixture.hypervisor.calls.contains { $0.hasPrefix("start") })
  }

  @Test("what may go well the next time is tried again under the same id")
  func retryableIsNotRemembered() async throws {
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 12)
    fixture.hypervisor.edit { $0.failures["start"] = FleetError(.unreachable, "libvirt is away", retryable: true) }
    let work = AgentAction.Work.power(vm, .start, force: false, timeoutSeconds: 1)
    #expect(await fixture.run(work, id: 13)?.code == .unreachable)
    #expect(await fixture.run(work, id: 13) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)]?.state } == .running)
  }

  @Test("a lower epoch is refused, also by an agent that was started anew")
  func epoch() async throws {
    let fixture = try await AgentFixture()
    #expect(await fixture.run(.network("default", active: true), id: 20, epoch: 7) == nil)
    let refused = try #require(await fixture.run(.network("default", active: false), id: 21, epoch: 6))
    #expect(refused.code == .precondition)
    #expect(refused.message.contains("6") && refused.message.contains("7"))
    let reborn = try await AgentFixture(in: fixture.directory, hypervisor: fixture.hypervisor)
    #expect(await reborn.run(.network("default", active: false), id: 22, epoch: 6)?.code == .precondition)
    #expect(fixture.hypervisor.calls == ["network true default"])
  }

  @Test("nothing is destroyed without a tombstone")
  func tombstone() async throws {
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 30)
    let none = TombstoneID(UniqueID(high: 0, low: 0))
    #expect(
      await fixture.run(.destroy(Destruction(vmID: vm, tombstone: none, keepDisks: false)), id: 31)?.code == .denied)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)] } != nil)
    #expect(await fixture.run(.destroy(Destruction(vmID: vm, tombstone: .sample(5), keepDisks: false)), id: 32) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[.sample(1)] } == nil)
  }

  @Test("a domain without this fleet's mark is neither destroyed nor defined over", arguments: [nil, "another fleet"])
  func ownership(fleet: String?) async throws {
    let fixture = try await AgentFixture()
    var pet = ObservedDomain.unmanaged("pet", id: vm)
    pet.mark = fleet.map { VMMark(fleetID: $0, vmID: vm, revision: 1, allocations: Allocations()) }
    fixture.hypervisor.edit { [pet] in $0.domains[.sample(1)] = pet }
    #expect(
      await fixture.run(.destroy(Destruction(vmID: vm, tombstone: .sample(5), keepDisks: false)), id: 33)?.code
        == .denied
    )
    #expect(await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 34)?.code == .denied)
    #expect(fixture.hypervisor.calls.isEmpty)
  }

  @Test("actions of one VM run one after the other, those of two VMs side by side")
  func order() async throws {
    let fixture = try await AgentFixture()
    let other = VMID.sample(2)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 40)
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec("web-2"), id: other)), id: 41)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates["start"] = gate }
    async let first = fixture.run(.power(vm, .start, force: false, timeoutSeconds: 1), id: 42)
    try await eventually { fixture.hypervisor.calls.contains("start \(vm)") }
    async let second = fixture.run(.power(vm, .pause, force: false, timeoutSeconds: 1), id: 43)
    #expect(await fixture.run(.power(other, .stop, force: true, timeoutSeconds: 1), id: 44) == nil)
    #expect(!fixture.hypervisor.calls.contains("suspend \(vm)"))
    open.finish()
    #expect(await first == nil)
    #expect(await second == nil)
    let order = fixture.hypervisor.calls.filter { $0.hasSuffix("\(vm)") && !$0.hasPrefix("document") }
    #expect(order == ["start \(vm)", "suspend \(vm)"])
  }

  @Test("a repeat of an action that runs waits for the first and gets its result")
  func attach() async throws {
    let fixture = try await AgentFixture()
    await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 50)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    fixture.hypervisor.edit { $0.gates["start"] = gate }
    let work = AgentAction.Work.power(vm, .start, force: false, timeoutSeconds: 1)
    async let first = fixture.run(work, id: 51)
    try await eventually { fixture.hypervisor.calls.contains("start \(vm)") }
    async let second = fixture.run(work, id: 51)
    open.finish()
    #expect(await first == nil)
    #expect(await second == nil)
    #expect(fixture.hypervisor.calls.filter { $0.hasPrefix("start") }.count == 1)
  }

  @Test("a MAC or a name of another domain of the host is refused by naming the owner")
  func collisions() async throws {
    let fixture = try await AgentFixture()
    let provision = AgentFixture.provision(AgentFixture.spec())
    let mac = try #require(provision.allocations.macs.first)
    fixture.hypervisor.edit { $0.domains[.sample(7)] = .unmanaged("pet", id: .sample(7), macs: [mac]) }
    let first = try #require(await fixture.run(.provision(provision), id: 60))
    #expect(first.code == .conflict && first.message.contains("\"pet\"") && first.message.contains("\(mac)"))
    fixture.hypervisor.edit { $0.domains[.sample(7)] = .unmanaged("web-1", id: .sample(7)) }
    #expect(await fixture.run(.provision(provision), id: 61)?.code == .conflict)
  }

  @Test("a disk another domain writes is refused by its owner's name; nothing is defined")
  func writtenTwice() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/shared.qcow2"
    let pet = ObservedDomain.unmanaged("pet", state: .stopped, disks: [path])
    fixture.hypervisor.edit { $0.domains[pet.id] = pet }
    let spec = AgentFixture.spec(disks: [DiskSpec(target: "vda", source: .existing, path: path)])
    let failure = try #require(await fixture.run(.provision(AgentFixture.provision(spec)), id: 70))
    #expect(failure.code == .conflict)
    #expect(failure.message.contains(path) && failure.message.contains("\"pet\""))
    #expect(fixture.hypervisor.edit { $0.domains.count } == 1)
  }

  @Test("a file beneath another domain's disk is not written to, by link or not", arguments: [false, true])
  func writtenBeneath(byLink: Bool) async throws {
    let fixture = try await AgentFixture()
    let (base, link) = (fixture.directory.path + "/base.qcow2", fixture.directory.path + "/link.qcow2")
    try fixture.directory.write("base.qcow2", "x")
    #expect(symlink(base, link) == 0)
    var pet = ObservedDomain.unmanaged("overl", state: .stopped, disks: [fixture.directory.path + "/top.qcow2"])
    pet.saved?.disks[0].beneath = [base]
    let overlay = pet
    fixture.hypervisor.edit { $0.domains[overlay.id] = overlay }
    let disk = DiskSpec(target: "vda", format: .raw, source: .existing, path: byLink ? link : base, isShareable: true)
    let written = AgentFixture.provision(AgentFixture.spec(disks: [disk]))
    let failure = try #require(await fixture.run(.provision(written), id: 71))
    #expect(failure.code == .conflict && failure.message.contains("\"overl\""))
    #expect(fixture.hypervisor.edit { $0.domains.count } == 1)
    let drive = DiskSpec(
      device: .cdrom, bus: "sata", target: "sda", format: .raw, source: .existing, path: base)
    let read = AgentFixture.provision(AgentFixture.spec(disks: [drive]))
    #expect(await fixture.run(.provision(read), id: 72) == nil)
  }

  @Test("a kept image is not written to, whether or not anybody stands on it")
  func writtenImage() async throws {
    let fixture = try await AgentFixture()
    try HostFile.makeDirectory(fixture.directory.path + "/images/roost-images")
    try fixture.directory.write("images/roost-images/1.qcow2", "x")
    let link = fixture.directory.path + "/link.qcow2"
    let image = fixture.directory.path + "/images/roost-images/1.qcow2"
    #expect(symlink(image, link) == 0)
    for (index, path) in [image, link].enumerated() {
      let disk = DiskSpec(target: "vda", format: .raw, source: .existing, path: path)
      let provision = AgentFixture.provision(AgentFixture.spec(disks: [disk]))
      let failure = await fixture.run(.provision(provision), id: UInt64(73 + index))
      #expect(failure?.code == .conflict && failure?.message.contains("images that Roost keeps") == true)
    }
    #expect(fixture.hypervisor.edit { $0.domains.isEmpty })
  }

  @Test("the journal forgets the oldest results first, whatever happens to its last line")
  func journal() async throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let journal = try ActionJournal(state)
    for number in 0..<UInt64(2 * ActionJournal.limit + 10) { try await journal.record(.sample(number), failure: nil) }
    let newest = UInt64(2 * ActionJournal.limit + 9)
    #expect(await journal.result(of: .sample(0)) == nil)
    let path = state.file("actions.journal")
    let whole = try #require(try HostFile.read(path, limit: 1 << 30))
    try AtomicFile.replace(path, with: whole + Array("{\"id\":\"00".utf8))
    let reread = try ActionJournal(state)
    #expect(await reread.result(of: .sample(newest)) == .some(nil))
    #expect(await reread.result(of: .sample(0)) == nil)
    try await reread.record(.sample(99_999), failure: FleetError(.denied, "no", hint: "ask"))
    let third = try ActionJournal(state)
    #expect(await third.result(of: .sample(99_999)) == .some(FleetError(.denied, "no", hint: "ask")))
    #expect(await third.result(of: .sample(newest)) == .some(nil))
  }
}
