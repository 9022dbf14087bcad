public import Fleet
public import RoostProto

extension StartPolicy: MessageDecodable {
  public init(_ message: Roost_V1_StartPolicy, at path: FieldPath) throws(FleetError) {
    var networks: [String: StartRule] = [:]
    for (name, rule) in message.networks { networks[name] = try path.word(rule, "networks") }
    self.init(
      outOfBand: try path.word(message.outOfBand, "out_of_band"),
      unanswered: try path.word(message.unanswered, "unanswered"), networks: networks)
  }

  /// The policy as the wire carries it.
  public var message: Roost_V1_StartPolicy {
    var result = Roost_V1_StartPolicy()
    result.outOfBand = outOfBand.rawValue
    result.unanswered = unanswered.rawValue
    result.networks = networks.mapValues(\.rawValue)
    return result
  }
}
