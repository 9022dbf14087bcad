public import Fleet
public import RoostProto

extension FleetError: MessageDecodable {
  public init(_ message: Roost_V1_Failure, at path: FieldPath) throws(FleetError) {
    self.init(
      Code(rawValue: message.code), message.message, hint: message.hint,
      operation: try path.optionalID(message.operation, "operation"), retryable: message.retryable,
      refusals: try path.list(message.refusals, "refusals"))
  }

  /// The error as the wire carries it; `message` is the error's own sentence.
  public var failureMessage: Roost_V1_Failure {
    var result = Roost_V1_Failure()
    result.code = code.rawValue.held()
    result.message = message.held()
    result.hint = hint.held()
    result.operation = operation?.description ?? ""
    result.retryable = retryable
    result.refusals = refusals.prefix(FieldLimit.elements).map(\.message)
    return result
  }
}
