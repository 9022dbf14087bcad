import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Where a database and the hosts differ")
struct FleetDifferenceTests {
  private let fleet = FleetID.sample(900)

  private func find(
    _ managed: [ManagedVM], current: Set<String>, _ observed: [(host: String, domain: ObservedDomain)]
  ) -> [FleetDifference] {
    FleetDifference.find(fleetID: fleet, managed: managed, current: current, observed: observed)
  }

  @Test("a marked domain without a row is unknown; one without our mark is let be")
  func unknown() {
    let mine = ObservedDomain.sample(of: .sample(.sample("a"), id: .sample(1)))
    let foreign = ObservedDomain.sample(of: .sample(.sample("b"), id: .sample(2)), fleetID: .sample(901))
    let found = find([], current: ["h1"], [("h1", mine), ("h1", foreign), ("h1", .unmanaged())])
    #expect(found.map(\.kind) == [.unknown] && found.first?.vm == "a" && found.first?.seen == "h1")
  }

  @Test("a VM that no host has is missing, but not while its host is silent")
  func missing() {
    let vm = ManagedVM.sample()
    #expect(find([vm], current: ["h1"], []).map(\.kind) == [.missing])
    #expect(find([vm], current: [], []).isEmpty)
  }

  @Test("a VM on another host is elsewhere, unless its own host has it too")
  func elsewhere() {
    let vm = ManagedVM.sample()
    let domain = ObservedDomain.sample(of: vm)
    let found = find([vm], current: ["h1", "h2"], [("h2", domain)])
    #expect(found.map(\.kind) == [.elsewhere] && found.first?.believed == "h1" && found.first?.seen == "h2")
    #expect(find([vm], current: ["h1", "h2"], [("h1", domain), ("h2", domain)]).isEmpty)
  }
}
