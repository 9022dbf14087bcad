public import Fleet
public import RoostProto

extension OperationStep: MessageDecodable {
  public init(_ message: Roost_V1_OperationStep, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, state: try path.word(message.state, "state"), detail: message.detail,
      fraction: (0...1).contains(message.fraction) ? message.fraction : nil)
  }

  /// The step as the wire carries it.
  public var message: Roost_V1_OperationStep {
    var result = Roost_V1_OperationStep()
    result.name = name
    result.state = state.rawValue
    result.detail = detail
    result.fraction = fraction ?? -1
    return result
  }
}
