public import Fleet
public import RoostProto

extension ObservedDisk: MessageDecodable {
  public init(_ message: Roost_V1_DomainDisk, at path: FieldPath) throws(FleetError) {
    self.init(
      device: message.device, target: message.target, path: message.path, format: message.format,
      readOnly: message.readOnly, shareable: message.shareable, bus: message.bus, identity: message.identity,
      beneath: message.beneath)
  }

  /// The disk as the wire carries it.
  public var message: Roost_V1_DomainDisk {
    var result = Roost_V1_DomainDisk()
    result.device = device.held(to: FieldLimit.name)
    result.target = target.held(to: FieldLimit.name)
    result.path = path.held()
    result.format = format.held(to: FieldLimit.name)
    result.readOnly = readOnly
    result.shareable = shareable
    result.bus = bus.held(to: FieldLimit.name)
    result.identity = identity.held()
    result.beneath = beneath.prefix(FieldLimit.chain).map { $0.held() }
    return result
  }
}
