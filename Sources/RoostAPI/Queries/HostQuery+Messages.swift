package import Fleet
package import RoostProto

extension HostQuery: MessageDecodable {
  package init(_ message: Roost_V1_Query, at path: FieldPath) throws(FleetError) {
    self.init(id: try path.id(message.id, "id"), content: try Content(message.content, at: path))
  }

  /// The question as the wire carries it.
  package var message: Roost_V1_Query {
    var result = Roost_V1_Query()
    result.id = id.description
    switch content {
    case .files(let paths): result.files.paths = paths
    case .document(let vm): result.document.vmID = vm.description
    }
    return result
  }
}

extension HostQuery.Content {
  fileprivate init(_ content: Roost_V1_Query.OneOf_Content?, at path: FieldPath) throws(FleetError) {
    switch content {
    case .files(let query): self = .files(try Self.paths(query.paths, at: path.field("files")))
    case .document(let query): self = .document(try path.field("document").id(query.vmID, "vm_id"))
    case nil: throw .olderAgent
    }
  }

  private static func paths(_ paths: [String], at field: FieldPath) throws(FleetError) -> [String] {
    guard paths.count <= HostQuery.pathLimit else {
      throw field.invalid("paths", "names \(paths.count) paths; \(HostQuery.pathLimit) are the most")
    }
    for (index, path) in paths.enumerated() {
      let name = "paths[\(index)]"
      guard path.utf8.count <= HostQuery.pathLengthLimit else { throw field.invalid(name, "is too long") }
      guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
        throw field.invalid(name, "is not an absolute path: \"\(path.printable)\"")
      }
    }
    return paths
  }
}

extension HostAnswer: MessageDecodable {
  package init(_ message: Roost_V1_Answer, at path: FieldPath) throws(FleetError) {
    let id: QueryID = try path.id(message.queryID, "query_id")
    if message.hasFailure {
      self.init(id: id, result: .failure(try FleetError(ofAgent: message.failure, at: path.field("failure"))))
    } else {
      self.init(id: id, result: .success(try Content(message.content, at: path)))
    }
  }

  /// The answer as the wire carries it.
  package var message: Roost_V1_Answer {
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
        DomainDocuments(
          saved: answer.saved.isEmpty ? nil : answer.saved, live: answer.live.isEmpty ? nil : answer.live))
    case nil: throw path.invalid("content", "is missing")
    }
  }
}

extension FileStatus: MessageDecodable {
  package init(_ message: Roost_V1_FileFact, at path: FieldPath) throws(FleetError) {
    self.init(
      path: message.path, kind: try path.word(message.kind, "kind"),
      size: try path.memory(message.sizeBytes, "size_bytes"), identity: message.identity)
  }

  /// The fact as the wire carries it.
  package var message: Roost_V1_FileFact {
    var result = Roost_V1_FileFact()
    result.path = path
    result.kind = kind.rawValue
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.identity = identity
    return result
  }
}
