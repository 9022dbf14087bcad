public import Fleet
public import RoostProto

extension CheckResult: MessageDecodable {
  public init(_ message: Roost_V1_CheckResult, at path: FieldPath) throws(FleetError) {
    self.init(
      check: message.check, result: try path.word(message.result, "result"), detail: message.detail,
      fix: message.fix)
  }

  /// The result as the wire carries it.
  public var message: Roost_V1_CheckResult {
    var result = Roost_V1_CheckResult()
    result.check = check
    result.result = self.result.rawValue
    result.detail = detail.held()
    result.fix = fix.held()
    return result
  }
}
