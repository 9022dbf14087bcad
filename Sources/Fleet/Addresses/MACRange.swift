/// All MAC addresses from one to another, both included.
public struct MACRange: Hashable, Sendable {
  /// The lowest address.
  public let first: MACAddress
  /// The highest address, not below the lowest.
  public let last: MACAddress

  /// Makes a range.
  /// - Throws: ``FleetError`` with code `invalid` for an empty range or one with addresses no interface may have.
  public init(first: MACAddress, last: MACAddress) throws(FleetError) {
    guard first <= last else { throw FleetError(.invalid, "the MAC range \(first)-\(last) is empty") }
    guard first.isUsable, last.isUsable, first.number >> 40 == last.number >> 40 else {
      throw FleetError(.invalid, "the MAC range \(first)-\(last) holds addresses that no interface may have")
    }
    self.first = first
    self.last = last
  }

  /// Reads one address, `FIRST-LAST`, or a prefix of one to five bytes such as `00:16:3e`.
  /// - Throws: ``FleetError`` with code `invalid`.
  public init(parsing text: String) throws(FleetError) {
    let refusal = FleetError(
      .invalid, "\"\(text.printable)\" is neither a MAC address nor a range nor a prefix",
      hint: "write 02:16:3e:5d:aa:a8, 02:16:3e:00:00:00-02:16:3e:00:00:ff or 02:16:3e")
    guard text.utf8.count <= 2 * MACAddress.longestText + 1 else { throw refusal }
    if let mac = MACAddress(text) {
      try self.init(first: mac, last: mac)
      return
    }
    // A dash also stands between the bytes of an address, hence every one is tried as the one between the ends.
    for index in text.indices where text[index] == "-" {
      guard let first = MACAddress(String(text[..<index])),
        let last = MACAddress(String(text[text.index(after: index)...]))
      else { continue }
      try self.init(first: first, last: last)
      return
    }
    guard let pool = try? MACPool(name: "", prefix: text.replacing("-", with: ":")) else { throw refusal }
    try self.init(first: pool.first, last: pool.last)
  }

  /// How many addresses there are.
  public var count: UInt64 { last.number - first.number + 1 }

  /// True if the address lies in the range.
  public func contains(_ address: MACAddress) -> Bool { first <= address && address <= last }

  /// True if some address lies in both.
  public func overlaps(_ other: MACRange) -> Bool { first <= other.last && other.first <= last }
}

extension MACRange: CustomStringConvertible {
  /// `FIRST-LAST`, or the only address.
  public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
