public import Fleet
public import RoostProto

extension PlacementRule: MessageDecodable {
  public init(_ message: Roost_V1_PlacementRule, at path: FieldPath) throws(FleetError) {
    self.init(
      try path.word(message.kind, "kind"), message.group, by: message.label.isEmpty ? nil : message.label,
      isSoft: message.soft)
  }

  /// The rule as the wire carries it.
  public var message: Roost_V1_PlacementRule {
    var result = Roost_V1_PlacementRule()
    result.kind = kind.rawValue
    result.group = group
    result.label = label ?? ""
    result.soft = isSoft
    return result
  }
}
