public import Fleet
public import RoostProto

extension HostAnswer: MessageDecodable {
  public init(_ message: Roost_V1_Answer, at path: FieldPath) throws(FleetError) {
    let id: QueryID = try path.id(message.queryID, "query_id")
    if message.hasFailure {
      self.init(id: id, result: .failure(try FleetError(message.failure, at: path.field("failure"))))
    } else {
      self.init(id: id, result: .success(try Content(message.content, at: path)))
    }
  }

  /// The answer as the wire carries it.
  public var message: Roost_V1_Answer {
    var answer = Roost_V1_Answer()
    answer.queryID = id.description
    switch result {
    case .failure(let error): answer.failure = error.failureMessage
    case .success(.files(let facts)): answer.files.files = facts.map(\.message)
    case .success(.document(let texts)):
      answer.document.saved = texts.saved ?? ""
      answer.document.live = texts.live ?? ""
    }
    return answer
  }
}

extension HostAnswer.Content {
  fileprivate init(_ content: Roost_V1_Answer.OneOf_Content?, at path: FieldPath) throws(FleetError) {
    switch content {
    case .files(let answer): self = .files(try path.field("files").list(answer.files, "files"))
    case .document(let answer):
      self = .document(
        DomainTexts(
          saved: answer.saved.isEmpty ? nil : answer.saved, live: answer.live.isEmpty ? nil : answer.live))
    case nil: throw path.invalid("content", "is missing")
    }
  }
}
