public import Fleet
public import RoostProto

extension ObservedNIC: MessageDecodable {
  public init(_ message: Roost_V1_DomainNIC, at path: FieldPath) throws(FleetError) {
    self.init(
      mac: try path.optionalMAC(message.mac, "mac"), network: message.network, bridge: message.bridge,
      model: message.model, device: message.device)
  }

  /// The interface as the wire carries it.
  public var message: Roost_V1_DomainNIC {
    var result = Roost_V1_DomainNIC()
    result.mac = mac?.description ?? ""
    result.network = network.held(to: FieldLimit.name)
    result.bridge = bridge.held(to: FieldLimit.name)
    result.model = model.held(to: FieldLimit.name)
    result.device = device.held(to: FieldLimit.name)
    return result
  }
}
