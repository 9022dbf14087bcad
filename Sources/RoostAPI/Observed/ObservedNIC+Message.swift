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
    result.network = network
    result.bridge = bridge
    result.model = model
    result.device = device
    return result
  }
}
