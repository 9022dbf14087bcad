import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

@Suite("what placement keeps")
struct PlacementTests {
  private static let wanted = PlacementConstraints(
    require: ["rack": ["a", "b"], "ssd": []], avoid: ["old": []], groups: ["web", "all"],
    pools: ["fast": .gibibytes(10)], devices: ["gpu": 2], hugePage: .mebibytes(2),
    usesDefaultHugePages: true, oneCell: true, cpuModel: "EPYC",
    vlans: [5, 7], isPinned: true)

  @Test("what a VM asks of hosts comes back as it was, changes with it and goes with it")
  func constraints() async throws {
    let fleet = try await TemporaryFleet()
    var vm = ManagedVM.numbered(1)
    vm.constraints = Self.wanted
    try await fleet.create(vm)
    try await fleet.create(.numbered(2))
    let kept = try await fleet.store.read { reader in (try reader.vms(), try reader.members(of: "web", except: "")) }
    #expect(kept.0.map(\.constraints) == [Self.wanted, PlacementConstraints()])
    #expect(kept.1 == [.sample(101): 1])
    vm.constraints.groups = ["db"]
    let changed = vm
    try await fleet.store.commit { try $0.updateVM(changed) }
    let after = try await fleet.store.read { reader in
      (
        try reader.members(of: "web", except: ""), try reader.members(of: "db", except: ""),
        try reader.members(of: "db", except: "vm-1")
      )
    }
    #expect(after.0 == [:] && after.1 == [.sample(101): 1] && after.2 == [:])
    try await fleet.store.commit { try $0.destroy(.sample(1), at: .sample) }
    #expect(try await fleet.store.read { try $0.members(of: "db", except: "") } == [:])
    let rows = try fleet.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM vm_groups") }
    #expect(rows == 0)
  }

  @Test("what VMs reserve is summed up host by host")
  func reservations() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(), .sample("h2", id: .sample(102))])
    try await fleet.create(.numbered(1, vcpus: 2, disk: .gibibytes(3)))
    try await fleet.create(.numbered(2))
    let sums = try await fleet.store.read { try $0.reservations() }
    #expect(sums == [.sample(101): Reservation(vcpus: 3, memory: .gibibytes(2), disk: .gibibytes(3))])
    #expect(try await fleet.store.read { try $0.reserved(on: .sample(101)) } == sums[.sample(101)])
  }

  @Test("the policy asks for nothing until it is set, and comes back as it was set last")
  func policy() async throws {
    let fleet = try await TemporaryFleet()
    #expect(try await fleet.store.read { try $0.placementPolicy() } == PlacementPolicy())
    let policies = [
      PlacementPolicy(survive: 2, weights: ["disk": 0.25], strategy: .power),
      PlacementPolicy(
        rules: [PlacementRule(.apart, "web", by: "rack"), PlacementRule(.together, "db", isSoft: true)],
        strategy: .pack),
    ]
    for policy in policies {
      try await fleet.store.commit { try $0.setPlacementPolicy(policy) }
      #expect(try await fleet.store.read { try $0.placementPolicy() } == policy)
    }
    await #expect(throws: FleetError.self) {
      try await fleet.store.commit { try $0.setPlacementPolicy(PlacementPolicy(survive: 3)) }
    }
    #expect(try await fleet.store.read { try $0.placementPolicy() } == policies[1])
  }
}
