public import Fleet
public import RoostProto

extension Refusal: MessageDecodable {
  public init(_ message: Roost_V1_Refusal, at path: FieldPath) throws(FleetError) {
    self.init(host: message.host, rule: message.rule, detail: message.detail)
  }

  /// The refusal as the wire carries it.
  public var message: Roost_V1_Refusal {
    var result = Roost_V1_Refusal()
    result.host = host
    result.rule = rule
    result.detail = detail
    return result
  }
}
