import Fleet
import FleetTestKit
import SimulationKit
import Testing

@testable import Agent

@Suite("The change of an interface")
struct NICChangerTests {
  @Test("a domain that is off gets address and mark; a running or foreign one is let be")
  func address() async throws {
    let fixture = try await AgentFixture()
    var vm = ManagedVM.sample(AgentFixture.spec("web-1"), id: .sample(1))
    let old = try #require(vm.allocations.macs.first)
    let next = try #require(MACAddress("02:00:00:00:00:99"))
    fixture.hypervisor.edit { $0.domains[vm.id] = .sample(of: vm, state: .stopped, fleetID: AgentFixture.fleet) }
    vm.allocations.macs[0] = next
    let mark = VMMark(fleetID: AgentFixture.fleet.description, vmID: vm.id, revision: 2, allocations: vm.allocations)
    let change = AgentAction.Work.nic(vm.id, .address(from: old, to: next, mark: mark))
    #expect(await fixture.run(change, id: 1) == nil)
    let changed = fixture.hypervisor.edit { $0.domains[vm.id] }
    #expect(changed?.saved?.nics.first?.mac == next && changed?.mark == mark)
    // Again is harmless: what it has already is not asked for anew.
    #expect(await fixture.run(change, id: 2) == nil)

    fixture.hypervisor.edit { $0.domains[vm.id]?.state = .running }
    #expect(await fixture.run(change, id: 3)?.code == .precondition)
    fixture.hypervisor.edit { $0.domains[vm.id] = .unmanaged("pet", id: vm.id, state: .stopped, macs: [old]) }
    #expect(await fixture.run(change, id: 4)?.code == .denied)
  }

  @Test("a link goes down on a domain that runs with the address")
  func link() async throws {
    let fixture = try await AgentFixture()
    let vm = ManagedVM.sample(AgentFixture.spec("web-1"), id: .sample(1))
    let mac = try #require(vm.allocations.macs.first)
    fixture.hypervisor.edit { $0.domains[vm.id] = .sample(of: vm, fleetID: AgentFixture.fleet) }
    #expect(await fixture.run(.nic(vm.id, .linkDown(mac)), id: 1) == nil)
    #expect(fixture.hypervisor.calls.contains("link down \(mac) \(vm.id)"))
    let other = try #require(MACAddress("02:00:00:00:00:99"))
    #expect(await fixture.run(.nic(vm.id, .linkDown(other)), id: 2)?.code == .precondition)
  }
}
