/// A range of MAC addresses that Roost hands out by an advancing cursor.
public struct MACPool: Hashable, Sendable {
  /// The pool's name.
  public var name: String
  /// The lowest address.
  public var first: MACAddress
  /// The highest address, not below the lowest.
  public var last: MACAddress

  /// Makes a pool of all addresses from `first` to `last`.
  /// - Throws: ``FleetError`` with code `invalid` for an empty range or one with multicast addresses.
  public init(name: String, first: MACAddress, last: MACAddress) throws(FleetError) {
    guard first <= last else { throw FleetError(.invalid, "the MAC range \(first)–\(last) is empty") }
    guard first.isUsable, last.isUsable, first.number >> 40 == last.number >> 40 else {
      throw FleetError(.invalid, "the MAC range \(first)–\(last) holds addresses that no interface may have")
    }
    self.name = name
    self.first = first
    self.last = last
  }

  /// Makes a pool of all addresses under a prefix of one to five bytes, such as `00:16:3e`.
  /// - Throws: ``FleetError`` with code `invalid` for text that is no prefix, or a multicast one.
  public init(name: String, prefix: String) throws(FleetError) {
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
  public var count: UInt64 { last.number - first.number + 1 }

  /// True if the address lies in the pool.
  public func contains(_ address: MACAddress) -> Bool { first <= address && address <= last }
}
