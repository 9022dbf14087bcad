import Fleet
import FleetTestKit
import Store

extension FleetTransaction {
  /// Puts a reserved range 100–199, an ended one, a pool 1000–1999 of the bridge `br0`, a deleted one whose cursor
  /// moved, and two sightings, one of them ended, into the ledger.
  func furnishLedger() throws {
    try reserveMACs(.numbers(100, 199), for: "printers", at: .sample)
    try reserveMACs(.numbers(600, 699), for: "old printers", at: .sample)
    try releaseRange(of: .number(650), at: .sample)
    for (name, first, network) in [("a", 1000 as UInt64, "br0"), ("c", 5000, "br5")] {
      try insertPool(
        MACPoolRecord(
          pool: MACPool(name: name, first: .number(first), last: .number(first + 999)), selector: .network(network),
          createdAt: .sample))
      try advanceCursor(of: name, to: 7)
    }
    try removePool("c", at: .sample)
    var cursors = PoolCursors()
    cursors.raise(try .numbers(7000, 7999), to: 12)
    try noteCursors(cursors)
    let seen = try (1...2).map { number in
      MACSighting(
        mac: try .number(number), source: .domain, owner: AddressOwner(vm: "pet", vmID: .sample(700), host: "h1"),
        hostID: .sample(101), network: "default", bridge: "virbr0", firstSeen: .sample, lastSeen: .sample)
    }
    try sight(seen, on: .sample(101), sources: [.domain], at: .sample)
    try sight([seen[0]], on: .sample(101), sources: [.domain], at: .sample.adding(seconds: 60))
  }
}

extension MACAddress {
  /// The address with that number.
  static func number(_ number: UInt64) throws -> MACAddress {
    guard let mac = MACAddress(number: number) else { throw FleetError(.invalid, "no MAC") }
    return mac
  }
}

extension MACRange {
  /// The addresses from one number to another.
  static func numbers(_ first: UInt64, _ last: UInt64) throws -> MACRange {
    try MACRange(first: .number(first), last: .number(last))
  }
}
