/// How far the cursors of MAC pools have come, by the pools' ranges.
///
/// A cursor belongs to the range and not to the name: a pool that is made again goes on where the earlier one stood.
public struct PoolCursors: Hashable, Sendable {
  /// The highest that may be told: no pool has handed out more addresses than there are.
  public static let highest: UInt64 = 1 << 48

  /// The cursors that are not 0.
  public private(set) var byRange: [MACRange: UInt64] = [:]

  /// Makes an empty value.
  public init() {}

  /// The cursor of a range; 0 if nothing is known of it.
  public subscript(range: MACRange) -> UInt64 { byRange[range] ?? 0 }

  /// Moves the cursor of a range forward; a lower number changes nothing.
  public mutating func raise(_ range: MACRange, to cursor: UInt64) {
    if cursor > self[range] { byRange[range] = cursor }
  }

  /// Takes the higher of both for every range.
  public mutating func raise(to other: PoolCursors) {
    for (range, cursor) in other.byRange { raise(range, to: cursor) }
  }

  /// The lowest range whose cursor is higher than the other's; nil without any.
  public func rangeAhead(of other: PoolCursors) -> MACRange? {
    byRange.filter { $0.value > other[$0.key] }.keys.min { ($0.first, $0.last) < ($1.first, $1.last) }
  }
}
