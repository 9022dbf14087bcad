import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Agent

@Suite("The change of an interface")
struct NICSwitchTests {
  @Test("a domain that is off gets the address and the mark; one that runs, or is not ours, is left alone")
  func address() async throws {
    let bench = try await Bench()
    var vm = ManagedVM.sample(Bench.spec("web-1"), id: .sample(1))
    let old = try #require(vm.allocations.macs.first)
    let next = try #require(MACAddress("02:00:00:00:00:99"))
    bench.hypervisor.edit { $0.domains[vm.id] = .sample(of: vm, state: .stopped, fleetID: Bench.fleet) }
    vm.allocations.macs[0] = next
    let mark = FleetMark(fleetID: Bench.fleet.description, vmID: vm.id, revision: 2, allocations: vm.allocations)
    let change = AgentAction.Work.nic(vm.id, .address(from: old, to: next, mark: mark))
    #expect(await bench.run(change, id: 1) == nil)
    let changed = bench.hypervisor.edit { $0.domains[vm.id] }
    #expect(changed?.saved?.nics.first?.mac == next && changed?.mark == mark)
    // Again is harmless: what it has already is not asked for anew.
    #expect(await bench.run(change, id: 2) == nil)

    bench.hypervisor.edit { $0.domains[vm.id]?.state = .running }
    #expect(await bench.run(change, id: 3)?.code == .precondition)
    bench.hypervisor.edit { $0.domains[vm.id] = .unmanaged("pet", id: vm.id, state: .stopped, macs: [old]) }
    #expect(await bench.run(change, id: 4)?.code == .denied)
  }

  @Test("a link goes down on a domain that runs with the address")
  func link() async throws {
    let bench = try await Bench()
    let vm = ManagedVM.sample(Bench.spec("web-1"), id: .sample(1))
    let mac = try #require(vm.allocations.macs.first)
    bench.hypervisor.edit { $0.domains[vm.id] = .sample(of: vm, fleetID: Bench.fleet) }
    #expect(await bench.run(.nic(vm.id, .linkDown(mac)), id: 1) == nil)
    #expect(bench.hypervisor.calls.contains("link down \(mac) \(vm.id)"))
    let other = try #require(MACAddress("02:00:00:00:00:99"))
    #expect(await bench.run(.nic(vm.id, .linkDown(other)), id: 2)?.code == .precondition)
  }
}
