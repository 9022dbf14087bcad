import Fleet
import FleetTestKit
import Scheduling
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("The fleet as adoptions are checked against it")
struct AdoptionSnapshotTests {
  private static let mac = MACAddress.sample(1)

  /// A fleet of three hosts on which a number of domains have one address, seen one after the other.
  private func crowd(_ count: Int, _ store: FleetStore) async throws -> (view: FleetView, domains: [ObservedDomain]) {
    var view = FleetView()
    var domains: [ObservedDomain] = []
    for number in 1...3 as ClosedRange<UInt64> {
      let host = Host.sample("h\(number)", id: .sample(100 + number))
      var entry = HostEntry(host: host)
      let all = (0..<UInt64(count / 3)).map { index -> ObservedDomain in
        let id = index * 3 + number
        return .unmanaged("vm-\(id)", id: .sample(id), state: .stopped, macs: [Self.mac, .sample(1000 + id)], disks: [])
      }
      entry.report(all: all, ofLibvirtSince: .sample, at: .sample.adding(seconds: -Int64(number)))
      view.replace(entry)
      domains += all
    }
    let told = view
    try await store.commit { transaction in
      for entry in told.sortedHosts {
        try transaction.insertHost(entry.host)
        let at = entry.domainsAt ?? .sample
        try transaction.sight(told.sightings(on: entry.host.id, at: at), on: entry.host.id, sources: [.domain], at: at)
      }
    }
    return (view, domains)
  }

  /// How much is looked at to judge each of a crowd, and the names of those that pass.
  private func work(_ count: Int) async throws -> (looks: Int, passed: [String]) {
    let directory = try TemporaryDirectory()
    let store = try FleetStore.create(at: directory.path + "/fleet.sqlite", identity: CommitCheckTests.fleet)
    let (view, domains) = try await crowd(count, store)
    return try await store.read { reader in
      let snapshot = try AdoptionSnapshot(
        view, of: domains.reduce(into: []) { $0.formUnion($1.macs) }, in: reader)
      let check = AdoptionCheck(
        snapshot: snapshot, fleetID: CommitCheckTests.fleet.id, now: .sample, acceptConflicts: false)
      var passed: [String] = []
      for entry in view.sortedHosts {
        for domain in entry.domains.values.sorted(by: { $0.id < $1.id }) {
          let adoptee = AdoptedDomain(
            spec: .sample(domain.name, vcpus: 1, disk: .zero), macs: domain.macs.sorted(), vncPort: nil,
            isAutoport: false, notes: [])
          do {
            _ = try check.pass(adoptee, domain, on: entry)
            passed.append(domain.name)
          } catch let error as FleetError {
            #expect(error.code == .conflict && error.message.contains("the original is"))
          }
        }
      }
      return (snapshot.looks, passed)
    }
  }

  @Test("of a crowd with one address one passes, and twice the crowd is twice the work")
  func crowd() async throws {
    let small = try await work(300)
    let large = try await work(600)
    // The third host told of them first, and of its own the first by name passes.
    #expect(small.passed == ["vm-102"] && large.passed == small.passed)
    #expect(small.looks >= 300 && large.looks <= 2 * small.looks + 10, "\(small.looks), \(large.looks)")
  }
}
