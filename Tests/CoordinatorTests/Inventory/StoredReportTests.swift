import Fleet
import FleetTestKit
import Testing

@testable import Coordinator

@Suite("Whether the store has a host's report already")
struct StoredReportTests {
  private var entry: HostEntry {
    var entry = HostEntry(host: .sample("h1", id: .sample(1)))
    entry.report(all: (1...3 as ClosedRange<UInt64>).map(Self.domain), ofLibvirtSince: .sample, at: .sample)
    return entry
  }

  private static func domain(_ number: UInt64) -> ObservedDomain { .unmanaged("pet-\(number)", id: .sample(number)) }

  @Test("nothing counts as stored before it is")
  func unknown() {
    #expect(!entry.isStored)
  }

  @Test("a report that differs in its time alone is stored, another one is not")
  func differences() {
    var entry = entry
    entry.storedDomains = entry.domains
    #expect(entry.isStored)
    var later = Self.domain(2)
    later.seenAt = later.seenAt.adding(seconds: 60)
    entry.report(changed: [later], removed: [], at: .sample)
    #expect(entry.isStored)
    later.state = later.state == .running ? .stopped : .running
    entry.report(changed: [later], removed: [], at: .sample)
    #expect(!entry.isStored)
    entry.storedDomains = entry.domains
    entry.report(changed: [], removed: [.sample(2)], at: .sample)
    #expect(!entry.isStored)
    entry.storedDomains = entry.domains
    entry.report(changed: [Self.domain(4)], removed: [], at: .sample)
    #expect(!entry.isStored)
  }
}
