public import Fleet

extension PoolCursors {
  /// Reads cursors by ranges such as `02:16:3e:00:00:00-02:16:3e:00:00:ff`.
  /// - Throws: ``FleetError`` with code `invalid` for what is no range, and for a cursor past the last address.
  public init(_ message: [String: UInt64], at path: FieldPath = FieldPath()) throws(FleetError) {
    self.init()
    for (text, cursor) in message {
      let range: MACRange
      do { range = try MACRange(parsing: text) } catch { throw path.invalid(text.printable, error.message) }
      guard cursor <= Self.highest else { throw path.invalid(text.printable, "the cursor is past the last address") }
      raise(range, to: cursor)
    }
  }

  /// The cursors as the wire carries them.
  public var message: [String: UInt64] {
    Dictionary(byRange.map { ($0.key.description, $0.value) }, uniquingKeysWith: max)
  }
}
