public import Fleet
public import RoostProto

extension FleetPolicy: MessageDecodable {
  public init(_ message: Roost_V1_PlacementPolicy, at path: FieldPath) throws(FleetError) {
    self.init(
      rules: try path.list(message.rules, "rules"), survive: Int(clamping: message.survive), weights: message.weights,
      aim: message.aim.isEmpty ? .spread : try path.word(message.aim, "aim"))
  }

  /// The policy as the wire carries it.
  public var message: Roost_V1_PlacementPolicy {
    var result = Roost_V1_PlacementPolicy()
    result.rules = rules.map(\.message)
    result.survive = UInt32(clamping: survive)
    result.weights = weights
    result.aim = aim.rawValue
    return result
  }
}
