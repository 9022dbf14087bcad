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

  @Test("adopt is the hint only for one that adopting takes, whatever mark it carries")
  func copied() {
    let vm = ManagedVM.sample(.sample("web"), id: .sample(1))
    let original = ObservedDomain.sample(of: vm)
    var clone = original
    (clone.id, clone.name) = (.sample(2), "web")
    var (renamed, free) = (clone, clone)
    (renamed.id, renamed.name, free.id, free.name) = (.sample(3), "web-3", .sample(4), "web-4")
    (free.live, free.saved, free.kept) = (nil, nil, [])
    let found = find([vm], current: ["h1"], [original, clone, renamed, free].map { ("h1", $0) })
    #expect(found.map(\.vmID) == [clone.id, renamed.id, free.id] && Set(found.map(\.copied)) == ["web"])
    #expect(found.allSatisfy { $0.sentence.contains("a copy of the mark of VM \"web\"") })
    #expect(found[0].sentence.contains("roost adopt refuses it, for the VM on h1 has its name"))
    #expect(found[1].sentence.contains("roost adopt refuses it, for its MAC 02:"))
    #expect(found[2].sentence.contains("roost adopt --host h1 web-4 takes it in"))
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
