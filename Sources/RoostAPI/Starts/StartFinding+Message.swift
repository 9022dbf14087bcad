public import Fleet
public import RoostProto

extension StartFinding: MessageDecodable {
  public init(_ message: Roost_V1_StartFinding, at path: FieldPath) throws(FleetError) {
    let port = try path.port(message.port, "port")
    self.init(
      kind: try path.word(message.kind, "kind"), mac: try path.optionalMAC(message.mac, "mac"),
      port: port == 0 ? nil : port, owner: try AddressOwner(message.owner, at: path.field("owner")))
  }

  /// The finding as the wire carries it.
  public var message: Roost_V1_StartFinding {
    var result = Roost_V1_StartFinding()
    result.kind = kind.rawValue
    result.mac = mac?.description ?? ""
    result.port = UInt32(clamping: port ?? 0)
    result.owner = owner.message
    return result
  }
}
