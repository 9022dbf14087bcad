import Fleet
import FleetTestKit
import Foundation
import Scheduling
import SimulationKit
import Store
import Testing

@testable import Coordinator

/// What the commit sees that the decision did not: each test lets the store run ahead of the view it was made on.
@Suite("A decision that the world has overtaken")
struct CommitCheckTests {
  private static let capacity = HostCapacity(vcpus: 4, memory: .gibibytes(8), disk: .gibibytes(100))
  static let fleet = FleetRecord(
    id: .sample(1), name: "test", createdAt: .sample, incarnation: .sample(2), epoch: 0, linkAddress: "10.0.0.1:7443",
    enrolmentAddress: "10.0.0.1:7444", macPrefix: "02:ab:cd", vncFirst: 5900, vncLast: 32767, quarantineSeconds: 60)

  private let home: TemporaryDirectory

  init() throws {
    home = try TemporaryDirectory()
  }

  /// Two hosts that are ready, with nothing on them.
  private func environment(
    _ policy: PlacementPolicy
  ) async throws -> (store: FleetStore, index: PlacementIndex, entry: HostEntry) {
    let path = home.path + "/\(try FileManager.default.contentsOfDirectory(atPath: home.path).count).sqlite"
    let store = try FleetStore.create(at: path, identity: Self.fleet)
    let hosts = [("h1", UInt64(101)), ("h2", 102)].map { name, id in
      Host.sample(name, id: .sample(id), capacity: Self.capacity)
    }
    try await store.commit { transaction in
      for host in hosts { try transaction.insertHost(host) }
      try transaction.setPlacementPolicy(policy)
    }
    let inventory = Inventory()
    await inventory.load(hosts: hosts, vms: [], reports: [:])
    await inventory.take(policy)
    for host in hosts {
      await inventory.update(host.id) { entry in
        entry.isConnected = true
        entry.libvirt = LibvirtState(isConnected: true, since: .sample)
        entry.toldOf = .sample
        entry.facts = .sample(host.name, capacity: Self.capacity)
      }
    }
    let entry = try await inventory.view.requiredHost("h1")
    return (store, await inventory.index(now: .sample), entry)
  }

  private func holds(
    _ request: PlacementRequest, under policy: PlacementPolicy = PlacementPolicy(),
    after change: @escaping @Sendable (FleetTransaction) throws -> Void
  ) async throws -> Bool {
    let (store, index, entry) = try await environment(policy)
    let recheck = CommitCheck(request: request, entry: entry, unmanaged: Reservation(), index: index)
    #expect(try await store.commit { try recheck.holds(in: $0) })
    try await store.commit(change)
    return try await store.commit { try recheck.holds(in: $0) }
  }

  private static func vm(_ number: UInt64, on host: UInt64, vcpus: Int = 1, groups: Set<String> = []) -> ManagedVM {
    var vm = ManagedVM.sample(
      .sample("vm-\(number)", vcpus: vcpus, memory: .gibibytes(1), disk: .zero, nics: []), id: .sample(number),
      hostID: .sample(host), host: host == 101 ? "h1" : "h2", vncPort: nil)
    vm.spec.vnc = nil
    vm.constraints = PlacementConstraints(groups: groups)
    return vm
  }

  private static func request(vcpus: Int = 1, groups: Set<String> = []) -> PlacementRequest {
    PlacementRequest(
      spec: .sample("new", vcpus: vcpus, memory: .gibibytes(1), disk: .zero),
      constraints: PlacementConstraints(groups: groups))
  }

  @Test("the last room went to another VM")
  func room() async throws {
    #expect(try await !holds(Self.request(vcpus: 2)) { try $0.insertVM(Self.vm(1, on: 101, vcpus: 3)) })
    #expect(try await holds(Self.request(vcpus: 1)) { try $0.insertVM(Self.vm(1, on: 101, vcpus: 3)) })
  }

  @Test("a member of its group came to the host, or to the same rack")
  func group() async throws {
    let policy = PlacementPolicy(rules: [PlacementRule(.apart, "web")])
    let request = Self.request(groups: ["web"])
    #expect(try await !holds(request, under: policy) { try $0.insertVM(Self.vm(1, on: 101, groups: ["web"])) })
    #expect(try await holds(request, under: policy) { try $0.insertVM(Self.vm(1, on: 102, groups: ["web"])) })
    #expect(try await holds(request, under: policy) { try $0.insertVM(Self.vm(1, on: 101, groups: ["db"])) })
  }

  @Test("any VM came anywhere, and the fleet must survive a loss")
  func survive() async throws {
    let policy = PlacementPolicy(survive: 1)
    #expect(try await !holds(Self.request(), under: policy) { try $0.insertVM(Self.vm(1, on: 102)) })
  }

  @Test("the host was closed, removed, or the policy changed")
  func hosts() async throws {
    #expect(
      try await !holds(Self.request()) { transaction in
        guard var host = try transaction.host(.sample(101)) else { return }
        host.cordoned = true
        try transaction.updateHost(host)
      })
    #expect(try await !holds(Self.request()) { try $0.removeHost(.sample(101), at: .sample) })
    #expect(try await !holds(Self.request()) { try $0.setPlacementPolicy(PlacementPolicy(strategy: .pack)) })
  }
}
