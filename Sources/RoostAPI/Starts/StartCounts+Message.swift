public import Fleet
public import RoostProto

extension StartCounts: MessageDecodable {
  public init(_ message: Roost_V1_StartCounts, at path: FieldPath) throws(FleetError) {
    self.init(
      allowed: try path.integer(message.allowed, "allowed"), warned: try path.integer(message.warned, "warned"),
      refused: try path.integer(message.refused, "refused"))
  }

  /// The counts as the wire carries them.
  public var message: Roost_V1_StartCounts {
    var result = Roost_V1_StartCounts()
    result.allowed = UInt64(clamping: allowed)
    result.warned = UInt64(clamping: warned)
    result.refused = UInt64(clamping: refused)
    return result
  }
}
