public import Fleet
public import RoostProto

extension HostNetwork: MessageDecodable {
  public init(_ message: Roost_V1_Network, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, bridge: message.bridge, isActive: message.active, autostart: message.autostart,
      forward: message.forward, reservations: try path.list(message.reservations, "reservations"))
  }

  /// The network as the wire carries it.
  public var message: Roost_V1_Network {
    var result = Roost_V1_Network()
    result.name = name
    result.bridge = bridge
    result.active = isActive
    result.autostart = autostart
    result.forward = forward
    result.reservations = reservations.map(\.message)
    return result
  }
}
