public import Fleet
public import RoostProto

extension NICAddress: MessageDecodable {
  public init(_ message: Roost_V1_NICAddress, at path: FieldPath) throws(FleetError) {
    self.init(ip: message.ip, source: message.source)
  }

  /// The address as the wire carries it.
  public var message: Roost_V1_NICAddress {
    var result = Roost_V1_NICAddress()
    result.ip = ip
    result.source = source
    return result
  }
}
