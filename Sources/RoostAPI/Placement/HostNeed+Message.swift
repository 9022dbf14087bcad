public import Fleet
public import RoostProto

extension HostNeed: MessageDecodable {
  public init(_ message: Roost_V1_HostNeed, at path: FieldPath) throws(FleetError) {
    self.init(try path.word(message.kind, "kind"), message.value, for: message.subject)
  }

  /// The need as the wire carries it.
  public var message: Roost_V1_HostNeed {
    var result = Roost_V1_HostNeed()
    result.kind = kind.rawValue
    result.value = value
    result.subject = subject
    return result
  }
}
