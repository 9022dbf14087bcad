public import Fleet
public import RoostProto

extension Allocations: MessageDecodable {
  public init(_ message: Roost_V1_Allocations, at path: FieldPath) throws(FleetError) {
    let port = try path.port(message.vncPort, "vnc_port")
    self.init(macs: try path.macs(message.macs, "macs"), vncPort: port == 0 ? nil : port)
  }

  /// The allocations as the wire carries them.
  public var message: Roost_V1_Allocations {
    var result = Roost_V1_Allocations()
    result.macs = macs.map(\.description)
    result.vncPort = UInt32(clamping: vncPort ?? 0)
    return result
  }
}
