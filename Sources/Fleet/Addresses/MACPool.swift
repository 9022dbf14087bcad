/// A range of MAC addresses that Roost hands out by an advancing cursor.
package struct MACPool: Hashable, Sendable {
  /// The pool's name.
  package var name: String
  /// The lowest address.
  package var first: MACAddress
  /// The highest address, not below the lowest.
  package var last: MACAddress

  /// Makes a pool of all addresses from `first` to `last`.
  /// - Throws: ``FleetError`` with code `invalid` for an empty range or one with multicast addresses.
  package init(name: String, first: MACAddress, last: MACAddress) throws(FleetError) {
    guard first <= last else { throw FleetError(.invalid, "the MAC range \(first)–\(last) is empty") }
    guard first.isUsable, last.isUsable, first.number >> 40 == last.number >> 40 else {
      throw FleetError(.invalid, "the MAC range \(first)–\(last) holds addresses that no interface may have")
    }
    self.name = name
    self.first = first
    self.last = last
  }

  /// Makes a pool of all addresses with a prefix of one to five bytes, such as `00:16:3e`.
  /// - Throws: ``FleetError`` with code `invalid` for a text that is not a prefix, or a multicast one.
  package init(name: String, prefix: String) throws(FleetError) {
    let groups = prefix.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard (1...5).contains(groups.count), groups.allSatisfy({ $0.utf8.count == 2 }),
      let bytes = Hexadecimal.bytes(groups.joined())
    else {
      throw FleetError(
        .invalid, "\"\(prefix.printable)\" is not a MAC prefix", hint: "write one to five bytes, such as 00:16:3e")
    }
    let shift = UInt64(48 - 8 * bytes.count)
    let base = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } << shift
    guard let first = MACAddress(number: max(1, base)), let last = MACAddress(number: base | ((1 << shift) - 1)) else {
      throw FleetError(.invalid, "\"\(prefix.printable)\" is not a MAC prefix")
    }
    try self.init(name: name, first: first, last: last)
  }

  /// How many addresses there are.
  package var count: UInt64 { last.number - first.number + 1 }

  /// True if the pool contains the address.
  package func contains(_ address: MACAddress) -> Bool { first <= address && address <= last }
}

/// A MAC pool in the ledger.
package struct MACPoolRecord: Hashable, Sendable {
  /// The name of the pool that a new fleet has.
  package static let defaultName = "default"

  /// Its name and range.
  package var pool: MACPool
  /// The interfaces it serves.
  package var selector: MACPoolSelector
  /// The number of addresses walked past; never decreases.
  package var cursor: UInt64
  /// When it was made.
  package var createdAt: Timestamp

  /// Makes a record.
  package init(pool: MACPool, selector: MACPoolSelector, cursor: UInt64 = 0, createdAt: Timestamp) {
    self.pool = pool
    self.selector = selector
    self.cursor = cursor
    self.createdAt = createdAt
  }
}

/// The interfaces that a MAC pool serves.
package enum MACPoolSelector: Hashable, Sendable {
  /// Interfaces on a libvirt network or bridge of that name.
  case network(String)
  /// Interfaces of VMs with a label.
  case label(key: String, value: String)
  /// Interfaces that no other pool serves.
  case fleet
}

extension MACPoolSelector: CustomStringConvertible {
  /// Such as `network br0`, `label tier=front` or `the fleet`.
  package var description: String {
    switch self {
    case .network(let name): "network \(name)"
    case .label(let key, let value): "label \(key)=\(value)"
    case .fleet: "the fleet"
    }
  }
}

/// A MAC pool with its use, as a listing shows it.
package struct MACPoolStatus: Hashable, Sendable {
  /// The pool.
  package var record: MACPoolRecord
  /// How much of it is in use.
  package var use: MACPoolUsage
  /// Seconds until it is used up at the present rate; nil if unknown.
  package var runsOutInSeconds: Double?

  /// Makes a status.
  package init(record: MACPoolRecord, use: MACPoolUsage, runsOutInSeconds: Double?) {
    self.record = record
    self.use = use
    self.runsOutInSeconds = runsOutInSeconds
  }

  /// How many addresses can be handed out now.
  // BOUNDED: the larger one is on the left.
  package var free: UInt64 { record.pool.count > use.used ? record.pool.count - use.used : 0 }
}

/// The use of a MAC pool.
package struct MACPoolUsage: Hashable, Sendable {
  /// Addresses that managed VMs have.
  package var allocated: UInt64
  /// Addresses that are reserved for devices outside the fleet.
  package var reserved: UInt64
  /// Addresses in quarantine.
  package var quarantined: UInt64
  /// Addresses that unmanaged VMs have.
  package var observed: UInt64
  /// `net`: addresses that the pool recently gave, less those that returned; `seconds`: the length of that period.
  package var recent: (net: Int64, seconds: Double) { (recentNet, recentSeconds) }
  private var recentNet: Int64
  private var recentSeconds: Double

  /// Makes a value.
  package init(
    allocated: UInt64 = 0, reserved: UInt64 = 0, quarantined: UInt64 = 0, observed: UInt64 = 0,
    recent: (net: Int64, seconds: Double) = (0, 0)
  ) {
    self.allocated = allocated
    self.reserved = reserved
    self.quarantined = quarantined
    self.observed = observed
    (recentNet, recentSeconds) = recent
  }

  /// The number of addresses that can't be handed out now.
  package var used: UInt64 {
    [allocated, reserved, quarantined, observed].reduce(0) { sum, part in
      let (sum, overflow) = sum.addingReportingOverflow(part)
      return overflow ? .max : sum
    }
  }
}

/// The cursors of MAC pools, by the pools' ranges.
///
/// A cursor belongs to the range and not to the name, so a pool that is made again continues where the earlier one
/// stopped.
package struct PoolCursors: Hashable, Sendable {
  /// The highest valid cursor: no pool can hand out more addresses than exist.
  package static let highest: UInt64 = 1 << 48

  /// The cursors that are not 0.
  package private(set) var byRange: [MACRange: UInt64] = [:]

  /// Makes an empty value.
  package init() {}

  /// The cursor of a range; 0 if unknown.
  package subscript(range: MACRange) -> UInt64 { byRange[range] ?? 0 }

  /// Moves the cursor of a range forward; a lower number changes nothing.
  package mutating func raise(_ range: MACRange, to cursor: UInt64) {
    if cursor > self[range] { byRange[range] = cursor }
  }

  /// Raises every cursor to the higher of both.
  package mutating func raise(to other: PoolCursors) {
    for (range, cursor) in other.byRange { raise(range, to: cursor) }
  }

  /// The lowest range whose cursor is higher than the other's; nil without any.
  package func rangeAhead(of other: PoolCursors) -> MACRange? {
    byRange.filter { $0.value > other[$0.key] }.keys.min { ($0.first, $0.last) < ($1.first, $1.last) }
  }
}
