public import Fleet
public import RoostProto

extension DHCPReservation: MessageDecodable {
  public init(_ message: Roost_V1_DHCPReservation, at path: FieldPath) throws(FleetError) {
    self.init(mac: try path.mac(message.mac, "mac"), ip: message.ip, name: message.name)
  }

  /// The reservation as the wire carries it.
  public var message: Roost_V1_DHCPReservation {
    var result = Roost_V1_DHCPReservation()
    result.mac = mac.description
    result.ip = ip
    result.name = name
    return result
  }
}
