import Fleet
import FleetTestKit
import Testing

@testable import Scheduling

@Suite("Many claimants")
struct ManyClaimantsTests {
  private static let shared = SharedStorage(folders: ["h1": ["/mnt"], "h2": ["/mnt"], "h3": ["/srv"]])

  /// The strongest bond by comparing every two, as the definition has it.
  private static func kind(_ seen: [(host: String, domain: ObservedDomain)]) -> (ConflictKind, isDoubleRun: Bool) {
    var (best, isDoubleRun) = (ConflictKind.sameMAC, false)
    let order = ConflictKind.allCases
    for (index, one) in seen.enumerated() {
      for other in seen.dropFirst(index + 1) {
        let (a, b) = (one.domain, other.domain)
        let disks = a.writableDisks.intersection(b.writableDisks)
        let isOne = disks.contains { shared.isOne($0, on: one.host, and: other.host) }
        let firmware = a.smbiosUUIDs.union([a.id.description]).intersection(b.smbiosUUIDs.union([b.id.description]))
        let kind: ConflictKind =
          a.id == b.id
          ? .sameUUID
          : !disks.isEmpty ? .sameDisk : !firmware.isEmpty ? .sameSMBIOS : a.name == b.name ? .sameName : .sameMAC
        if order.firstIndex(of: kind) ?? 0 < order.firstIndex(of: best) ?? 0 { best = kind }
        if a.id == b.id || isOne { isDoubleRun = isDoubleRun || a.state.isActive && b.state.isActive }
      }
    }
    return (best, isDoubleRun)
  }

  @Test("what claimants share is what any two of them share", arguments: Array(1...200) as [UInt64])
  func pairs(_ seed: UInt64) throws {
    let source = SeededRandomSource(seed: seed)
    let mac = try MACAddress(choosing: "02:00:00:00:00:01")
    let seen = (0..<source.int(in: 2...5)).map { _ in
      let folder = ["/mnt", "/srv", "/local"][source.int(in: 0...2)]
      return (
        host: "h\(source.int(in: 1...3))",
        domain: ObservedDomain.unmanaged(
          "vm-\(source.int(in: 1...12))", id: .sample(UInt64(source.int(in: 1...30))),
          state: source.once(in: 2) ? .running : .stopped, macs: [mac],
          disks: ["\(folder)/\(source.int(in: 1...8))"])
      )
    }
    let found = try #require(Conflicts.find(ledger: [], observed: seen, managed: [], shared: Self.shared).first)
    let expected = Self.kind(seen)
    #expect(found.kind == expected.0 && found.note.isDoubleRun == expected.isDoubleRun, "seed \(seed)")
  }

  /// As many domains of one host that have one MAC and one disk.
  private static func crowd(_ count: Int) throws -> [(host: String, domain: ObservedDomain)] {
    let mac = try MACAddress(choosing: "02:00:00:00:00:01")
    return (1...count).map { number in
      (
        host: "h1",
        domain: ObservedDomain.unmanaged(
          "vm-\(number)", id: .sample(UInt64(number)), state: .stopped, macs: [mac], disks: ["/local/one"])
      )
    }
  }

  @Test("one of thousands is told of four others, and the sentence names eight")
  func bounds() throws {
    let seen = try Self.crowd(4000)
    let conflict = try #require(Conflicts.find(ledger: [], observed: seen, managed: []).first)
    #expect(conflict.sentence.contains(" and by 3992 more: ") && conflict.sentence.utf8.count < 500)
    #expect(conflict.entry.claimants.count == 4000)
    let members = seen.map { DuplicateDefinitions.Member($0.domain, host: $0.host) }
    let found = DuplicateDefinitions.all(members, shared: SharedStorage())
    #expect(found.count == 4000 && found.values.allSatisfy { $0.count == DuplicateDefinitions.mostListed })
  }
}
