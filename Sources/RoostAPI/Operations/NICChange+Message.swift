public import Fleet
public import RoostProto

extension NICChange: MessageDecodable {
  public init(_ message: Roost_V1_ChangeNIC, at path: FieldPath) throws(FleetError) {
    let mac = try path.mac(message.mac, "mac")
    guard let next = try path.optionalMAC(message.newMac, "new_mac") else {
      self = .linkDown(mac)
      return
    }
    self = .address(from: mac, to: next, mark: try FleetMark(message.mark, at: path.field("mark")))
  }

  /// The change as the wire carries it, without its VM.
  public var message: Roost_V1_ChangeNIC {
    var result = Roost_V1_ChangeNIC()
    switch self {
    case .address(let mac, let next, let mark):
      result.mac = mac.description
      result.newMac = next.description
      result.mark = mark.message
    case .linkDown(let mac): result.mac = mac.description
    }
    return result
  }
}
