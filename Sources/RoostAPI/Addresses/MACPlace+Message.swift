public import Fleet
public import RoostProto

extension MACPlace: MessageDecodable {
  public init(_ message: Roost_V1_MACPlace, at path: FieldPath) throws(FleetError) {
    self.init(
      owner: try AddressOwner(message.owner, at: path.field("owner")), network: message.network,
      bridge: message.bridge, addresses: try path.list(message.addresses, "addresses"), isRunning: message.running,
      seenAt: try path.optionalMoment(message.seenAt, "seen_at"))
  }

  /// The place as the wire carries it.
  public var message: Roost_V1_MACPlace {
    var result = Roost_V1_MACPlace()
    result.owner = owner.message
    result.network = network
    result.bridge = bridge
    result.addresses = addresses.map(\.message)
    result.running = isRunning
    result.seenAt = seenAt?.milliseconds ?? 0
    return result
  }
}
