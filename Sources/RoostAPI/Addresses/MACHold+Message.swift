public import Fleet
public import RoostProto

extension MACHold: MessageDecodable {
  public init(_ message: Roost_V1_MACHold, at path: FieldPath) throws(FleetError) {
    self.init(
      owner: try AddressOwner(message.owner, at: path.field("owner")), state: try path.word(message.state, "state"),
      source: message.source, from: try path.moment(message.from, "from"),
      to: try path.optionalMoment(message.to, "to"), network: message.network, bridge: message.bridge)
  }

  /// The hold as the wire carries it.
  public var message: Roost_V1_MACHold {
    var result = Roost_V1_MACHold()
    result.owner = owner.message
    result.state = state.rawValue
    result.source = source
    result.from = from.milliseconds
    result.to = to?.milliseconds ?? 0
    result.network = network
    result.bridge = bridge
    return result
  }
}
