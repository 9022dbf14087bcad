public import Fleet
public import RoostProto

extension ObservedDisk: MessageDecodable {
  public init(_ message: Roost_V1_DomainDisk, at path: FieldPath) throws(FleetError) {
    self.init(
      device: message.device, target: message.target, path: message.path, format: message.format,
      readOnly: message.readOnly, shareable: message.shareable, bus: message.bus, identity: message.identity)
  }

  /// The disk as the wire carries it.
  public var message: Roost_V1_DomainDisk {
    var result = Roost_V1_DomainDisk()
    result.device = device
    result.target = target
    result.path = path
    result.format = format
    result.readOnly = readOnly
    result.shareable = shareable
    result.bus = bus
    result.identity = identity
    return result
  }
}
