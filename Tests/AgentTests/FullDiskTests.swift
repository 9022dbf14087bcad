import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("An agent whose disk is full", .enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.need)))
struct FullDiskTests {
  private let vm = VMID.sample(1)

  @Test("an order that can't be remembered is refused with why, and obeyed with room")
  func order() async throws {
    let disk = try SmallDisk(mebibytes: 2)
    let fixture = try await AgentFixture(in: disk.directory)
    let work = AgentAction.Work.provision(
      AgentFixture.provision(
        AgentFixture.spec(disks: [DiskSpec(target: "vda", format: .raw, source: .blank, size: .mebibytes(1))])))
    try disk.fill()
    // Neither the epoch of a new coordinator nor what a VM's disks are can be kept.
    for epoch in [Int64(1), 2] {
      let failure = await fixture.run(work, id: UInt64(10 + epoch), epoch: epoch)
      #expect(failure?.message.contains("No space left on device") == true, "\(failure?.message ?? "none")")
    }
    #expect(fixture.hypervisor.calls.isEmpty && HostFile.names(in: fixture.disks.imageDirectory).isEmpty)
    disk.clear()
    #expect(await fixture.run(work, id: 20, epoch: 2) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[vm]?.name } == "web-1")
  }

  @Test("what was done is told though not remembered; with room the journal is whole")
  func journal() async throws {
    let disk = try SmallDisk(mebibytes: 2)
    let fixture = try await AgentFixture(in: disk.directory)
    #expect(await fixture.run(.provision(AgentFixture.provision(AgentFixture.spec())), id: 1) == nil)
    func order(_ verb: PowerVerb) -> AgentAction.Work { .power(vm, verb, force: true, timeoutSeconds: 1) }
    try disk.fill()
    // The last page of the journal's file may have room: more than fills it.
    var number: UInt64 = 100
    for _ in 0..<40 {
      for verb in [PowerVerb.start, .stop] {
        #expect(await fixture.run(order(verb), id: number) == nil)
        number += 1
      }
    }
    #expect(await fixture.run(order(.start), id: 101) == nil, "a repeat is answered from memory")
    #expect(fixture.hypervisor.edit { $0.domains[vm]?.state } != .running)

    // An agent that starts anew on the full disk reads what there is.
    let reborn = try await AgentFixture(in: disk.directory, hypervisor: fixture.hypervisor)
    #expect(await reborn.run(order(.start), id: 1) == nil, "an id that was kept is not run again")
    #expect(fixture.hypervisor.edit { $0.domains[vm]?.state } != .running)
    disk.clear()
    #expect(await reborn.run(order(.start), id: 900) == nil)
    let last = try await AgentFixture(in: disk.directory, hypervisor: fixture.hypervisor)
    #expect(await last.run(order(.stop), id: 900) == nil)
    #expect(fixture.hypervisor.edit { $0.domains[vm]?.state } == .running, "the journal had the line")
  }
}
