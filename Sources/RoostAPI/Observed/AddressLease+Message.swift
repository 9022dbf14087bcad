public import Fleet
public import RoostProto

extension AddressLease: MessageDecodable {
  public init(_ message: Roost_V1_AddressLease, at path: FieldPath) throws(FleetError) {
    self.init(mac: try path.mac(message.mac, "mac"), ip: message.ip, source: message.source)
  }

  /// The lease as the wire carries it.
  public var message: Roost_V1_AddressLease {
    var result = Roost_V1_AddressLease()
    result.mac = mac.description
    result.ip = ip
    result.source = source
    return result
  }
}
