import Fleet
import FleetTestKit
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Memory follows the store's commits in their order")
struct CommitOrderTests {
  private let home: TemporaryDirectory
  private let store: FleetStore

  init() async throws {
    home = try TemporaryDirectory()
    store = try FleetStore.create(at: home.path + "/fleet.sqlite", identity: .ledger)
  }

  private static func vm(_ number: UInt64, on host: UInt64) -> ManagedVM {
    var vm = ManagedVM.sample(
      .sample("vm-\(number)", vcpus: 1, memory: .mebibytes(64), disk: .zero, nics: []), id: .sample(number),
      hostID: .sample(host), host: "h\(host)", vncPort: nil)
    vm.spec.vnc = nil
    return vm
  }

  @Test("commits in any number at a time leave the memory as a fresh load")
  func anyOrder() async throws {
    let inventory = Inventory()
    await inventory.follow(store)
    let capacity = HostCapacity(vcpus: 1000, memory: .gibibytes(1000), disk: .gibibytes(1000))
    try await store.commit { transaction in
      for number in 1...4 as ClosedRange<UInt64> {
        try transaction.insertHost(.sample("h\(number)", id: .sample(number), capacity: capacity))
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for seed in 0..<24 as Range<UInt64> {
        group.addTask { try await change(seed: seed) }
      }
      try await group.waitForAll()
    }
    let fresh = try await store.read { (hosts: try $0.hosts(), vms: try $0.vms()) }
    let view = await inventory.view
    #expect(Set(view.hosts.values.map(\.host)) == Set(fresh.hosts))
    #expect(Set(view.vms.values) == Set(fresh.vms))
    let managed = await inventory.managed
    #expect(Set(managed.names.keys) == Set(fresh.vms.map(\.spec.name)))
  }

  /// Changes rows at random.
  private func change(seed: UInt64) async throws {
    let source = SeededRandomSource(seed: seed)
    for round in 0..<20 {
      let number = UInt64(source.int(in: 1...8))
      let host = UInt64(source.int(in: 1...4))
      let kind = source.int(in: 0...3)
      let label = "\(seed)-\(round)"
      try await store.commit { transaction in
        switch kind {
        case 0:
          guard var row = try transaction.host(.sample(host)) else { return }
          row.labels = ["last": label]
          try transaction.updateHost(row)
        case 1:
          if try transaction.vm(.sample(number)) == nil {
            try transaction.insertVM(Self.vm(number, on: host))
          } else {
            try transaction.removeVM(.sample(number))
          }
        default:
          guard var vm = try transaction.vm(.sample(number)) else { return }
          vm.phase = kind == 2 ? .failed(label) : nil
          try transaction.updateVM(vm)
        }
      }
    }
  }

  @Test("a change is in memory when its commit returns, policies too")
  func takenIn() async throws {
    let inventory = Inventory()
    await inventory.follow(store)
    var starts = OutOfBandPolicy()
    starts.networks = ["default": .block]
    let policy = starts
    try await store.commit { transaction in
      try transaction.insertHost(.sample("h1", id: .sample(1)))
      try transaction.setOutOfBandPolicy(policy)
    }
    let view = await inventory.view
    #expect(view.hosts[.sample(1)]?.host.name == "h1")
    #expect(view.outOfBandPolicy == policy)
  }

  @Test("a change that failed leaves nothing to take in")
  func rolledBack() async throws {
    let inventory = Inventory()
    await inventory.follow(store)
    await #expect(throws: FleetError.self) {
      try await store.commit { transaction in
        try transaction.insertHost(.sample("h1", id: .sample(1)))
        throw FleetError(.conflict, "no")
      }
    }
    #expect(await inventory.view.hosts.isEmpty)
  }
}
