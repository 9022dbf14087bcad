public import Fleet
public import RoostProto

extension MACReport: MessageDecodable {
  public init(_ message: Roost_V1_MACReport, at path: FieldPath) throws(FleetError) {
    self.init(
      entry: try MACEntry(message.entry, at: path.field("entry")), places: try path.list(message.places, "places"),
      history: try path.list(message.history, "history"))
  }

  /// The report as the wire carries it.
  public var message: Roost_V1_MACReport {
    var result = Roost_V1_MACReport()
    result.entry = entry.message
    result.places = places.map(\.message)
    result.history = history.map(\.message)
    return result
  }
}
