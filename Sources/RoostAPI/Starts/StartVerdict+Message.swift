public import Fleet
public import RoostProto

extension StartVerdict: MessageDecodable {
  public init(_ message: Roost_V1_JudgeStartResponse, at path: FieldPath) throws(FleetError) {
    self.init(
      try path.word(message.ruling, "ruling"), sentence: message.sentence,
      findings: try path.list(message.findings, "findings"))
  }

  /// The verdict as the wire carries it.
  public var message: Roost_V1_JudgeStartResponse {
    var result = Roost_V1_JudgeStartResponse()
    result.ruling = ruling.rawValue
    result.sentence = sentence
    result.findings = findings.map(\.message)
    return result
  }
}
