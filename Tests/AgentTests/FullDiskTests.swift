import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("An agent whose disk is full", .enabled(if: SmallDisk.isPossible, Comment(rawValue: SmallDisk.need)))
struct FullDiskTests {
  private let vm = VMID.sample(1)

  @Test("an order that must be remembered first is refused and says why, and with room again it is obeyed")
  func order() async throws {
    let disk = try SmallDisk(mebibytes: 2)
    let bench = try await Bench(in: disk.directory)
    let work = AgentAction.Work.provision(
      Bench.provision(Bench.spec(disks: [DiskSpec(target: "vda", format: .raw, source: .blank, size: .mebibytes(1))])))
    try disk.fill()
    // Neither the epoch of a new coordinator nor what a VM's disks are can be kept.
    for epoch in [Int64(1), 2] {
      let failure = await bench.run(work, id: UInt64(10 + epoch), epoch: epoch)
      #expect(failure?.message.contains("No space left on device") == true, "\(failure?.message ?? "none")")
    }
    #expect(bench.hypervisor.calls.isEmpty && HostFile.names(in: bench.disks.imageDirectory).isEmpty)
    disk.clear()
    #expect(await bench.run(work, id: 20, epoch: 2) == nil)
    #expect(bench.hypervisor.edit { $0.domains[vm]?.name } == "web-1")
  }

  @Test("what was done is told although it can't be remembered, and the journal is whole with room again")
  func journal() async throws {
    let disk = try SmallDisk(mebibytes: 2)
    let bench = try await Bench(in: disk.directory)
    #expect(await bench.run(.provision(Bench.provision(Bench.spec())), id: 1) == nil)
    func order(_ verb: PowerVerb) -> AgentAction.Work { .power(vm, verb, force: true, timeoutSeconds: 1) }
    try disk.fill()
    // The last page of the journal's file may have room: more than fills it.
    var number: UInt64 = 100
    for _ in 0..<40 {
      for verb in [PowerVerb.start, .stop] {
        #expect(await bench.run(order(verb), id: number) == nil)
        number += 1
      }
    }
    #expect(await bench.run(order(.start), id: 101) == nil, "a repeat is answered from memory")
    #expect(bench.hypervisor.edit { $0.domains[vm]?.state } != .running)

    // An agent that starts anew on the full disk reads what there is.
    let reborn = try await Bench(in: disk.directory, hypervisor: bench.hypervisor)
    #expect(await reborn.run(order(.start), id: 1) == nil, "an id that was kept is not run again")
    #expect(bench.hypervisor.edit { $0.domains[vm]?.state } != .running)
    disk.clear()
    #expect(await reborn.run(order(.start), id: 900) == nil)
    let last = try await Bench(in: disk.directory, hypervisor: bench.hypervisor)
    #expect(await last.run(order(.stop), id: 900) == nil)
    #expect(bench.hypervisor.edit { $0.domains[vm]?.state } == .running, "the journal had the line")
  }
}
