import Fleet
import PKI
import Store
import SwiftProtobuf

/// What came of a write.
struct WriteOutcome<Answer: Sendable, Value: Sendable>: Sendable {
  var answer: Answer
  /// What the change came to; nil for a repetition, which changed nothing.
  var value: Value?
}

/// How an answer is kept with its request, and given again to a repetition.
struct AnswerForm<Answer: Sendable>: Sendable {
  let keep: @Sendable (Answer, inout StoredRequest) throws -> Void
  /// The answer that was kept; nil if the request was kept in another form.
  let read: @Sendable (StoredRequest, FleetSnapshotReader) throws -> Answer?
}

extension AnswerForm where Answer: SwiftProtobuf.Message {
  /// A message, kept whole: a repetition is told what was so then.
  static var message: Self {
    Self(keep: { $1.answer = try $0.serializedBytes() }) { request, _ in try Answer(serializedBytes: request.answer) }
  }
}

extension AnswerForm where Answer == AcceptedOperation {
  /// An operation, kept by its id: a repetition is told how far it is now.
  static var operation: Self {
    Self(keep: { $1.operationID = $0.operation.id }) { request, reader in
      guard let id = request.operationID, let operation = try reader.operation(id) else { return nil }
      return AcceptedOperation(operation, vm: try operation.vmID.flatMap { try reader.vm($0) })
    }
  }
}

extension AnswerForm where Answer == Void {
  /// A secret that is shown once and kept nowhere: a repetition is refused.
  static func secret(_ secret: OneTimeSecret) -> Self {
    Self(keep: { _, _ in }, read: { request, _ in throw secret.refusal(ofRepeated: request) })
  }
}

/// Each write is carried out once: the same id with the same body gets the first answer again, with another body it is
/// refused. Answer and change are committed together.
extension FleetStore {
  /// The answer that an earlier copy of the request got; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier<Answer>(_ write: IdempotencyKey, as form: AnswerForm<Answer>) async throws -> Answer? {
    try await read { try write.earlier(in: $0, as: form) }
  }

  /// Changes the fleet and keeps the answer, or gives the answer that an earlier copy of the request got.
  func carryOut<Answer, Value>(
    _ write: IdempotencyKey, as form: AnswerForm<Answer>, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> (answer: Answer, value: Value)
  ) async throws -> WriteOutcome<Answer, Value> {
    try await commit { transaction in
      if let earlier = try write.earlier(in: transaction, as: form) { return WriteOutcome(answer: earlier) }
      let (answer, value) = try change(transaction)
      var request = StoredRequest(id: write.id, bodyHash: write.bodyHash, at: now)
      try form.keep(answer, &request)
      try transaction.insertRequest(request)
      return WriteOutcome(answer: answer, value: value)
    }
  }

  /// The same of a change after which nothing is left to do but to answer.
  @discardableResult
  func carryOut<Answer>(
    _ write: IdempotencyKey, answering form: AnswerForm<Answer>, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> Answer
  ) async throws -> Answer {
    try await carryOut(write, as: form, at: now) { (answer: try change($0), value: ()) }.answer
  }
}

/// A client's write with the id it chose, so that the same request is carried out once.
struct IdempotencyKey: Sendable {
  let id: RequestID
  /// SHA-256 of the request's body, lower-case hexadecimal.
  let bodyHash: String

  /// Reads the id and hashes the message, whose own id field is part of the hash.
  /// - Throws: ``FleetError`` with code `invalid` for text that is no id.
  init(id text: String, body: some SwiftProtobuf.Message) throws {
    guard let id = RequestID(text) else {
      throw FleetError(.invalid, "\"\(text.printable)\" is not a request id", hint: "give a fresh UUID")
    }
    self.id = id
    // Maps are serialized in an unspecified order unless told otherwise.
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    let bytes: [UInt8] = try body.serializedBytes(options: options)
    bodyHash = try Digest.sha256(bytes).hex
  }

  /// What came of an earlier copy of the request; nil for a new one.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  private func earlier(in reader: FleetSnapshotReader) throws(FleetError) -> StoredRequest? {
    guard let earlier = try reader.request(id) else { return nil }
    guard earlier.bodyHash == bodyHash else {
      throw FleetError(.conflict, "the request id \(id) was used for another request", hint: "give a fresh UUID")
    }
    return earlier
  }

  /// The answer that an earlier copy of the request got, as a snapshot knows it.
  func earlier<Answer>(in reader: FleetSnapshotReader, as form: AnswerForm<Answer>) throws -> Answer? {
    try earlier(in: reader).flatMap { try form.read($0, reader) }
  }
}

/// A secret that is part of one answer and kept nowhere.
enum OneTimeSecret: Sendable {
  /// A join token.
  case token
  /// The key of the person of that name.
  case key(of: String)

  /// What a repetition of the request that made it is told.
  func refusal(ofRepeated request: StoredRequest) -> FleetError {
    let (what, hint) =
      switch self {
      case .token: ("join token", "make another, the lost one expires by itself: roost host token create")
      case .key(let name): ("key", "make another: roost user renew \(name) --out DIR")
      }
    return FleetError(
      .conflict, "this request was carried out at \(request.at), and the \(what) that it made was shown once",
      hint: hint)
  }
}
