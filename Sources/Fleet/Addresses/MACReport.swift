/// All that is known of one MAC address.
public struct MACReport: Hashable, Sendable {
  /// Who has it now, or had it last.
  public var entry: MACEntry
  /// The interfaces that have it now.
  public var places: [MACPlace]
  /// Everybody who ever had it, oldest first.
  public var history: [MACHold]

  /// Makes a report.
  public init(entry: MACEntry, places: [MACPlace], history: [MACHold]) {
    self.entry = entry
    self.places = places
    self.history = history
  }
}
