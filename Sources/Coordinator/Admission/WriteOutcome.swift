import Fleet
import PKI
import Store
import SwiftProtobuf

/// The result of a write.
struct WriteOutcome<Answer: Sendable, Value: Sendable>: Sendable {
  var answer: Answer
  /// The result of the change; nil for a repeat, which changed nothing.
  var value: Value?
}

/// How an answer is stored with its request, and read for a repeat of it.
struct AnswerForm<Answer: Sendable>: Sendable {
  let keep: @Sendable (Answer, inout StoredRequest) throws -> Void
  /// The stored answer; nil if it was stored in another form.
  let read: @Sendable (StoredRequest, FleetSnapshotReader) throws -> Answer?
}

extension AnswerForm where Answer: SwiftProtobuf.Message {
  /// A message, stored whole: a repeat gets the same bytes.
  static var message: Self {
    Self(keep: { $1.answer = try $0.serializedBytes() }) { request, _ in try Answer(serializedBytes: request.answer) }
  }
}

extension AnswerForm where Answer == AcceptedOperation {
  /// An operation, stored by its id: a repeat gets its present form.
  static var operation: Self {
    Self(keep: { $1.operationID = $0.operation.id }) { request, reader in
      guard let id = request.operationID, let operation = try reader.operation(id) else { return nil }
      var accepted = AcceptedOperation(operation, vm: try operation.vmID.flatMap { try reader.vm($0) })
      if let decision = try operation.vmID.flatMap({ try reader.decision(of: $0) }) { accepted.decision = decision }
      return accepted
    }
  }
}

extension AnswerForm where Answer == Void {
  /// A secret, returned once and not stored: a repeat is refused.
  static func secret(_ secret: OneTimeSecret) -> Self {
    Self(keep: { _, _ in }, read: { request, _ in throw secret.refusal(ofRepeated: request) })
  }
}

/// Carries out each write once: the same id with the same body gets the first answer again; with another body it is
/// refused. Answer and change are committed together.
extension FleetStore {
  /// The answer to an earlier copy of the request; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier<Answer>(_ write: IdempotencyKey, as form: AnswerForm<Answer>) async throws -> Answer? {
    try await read { try write.earlier(in: $0, as: form) }
  }

  /// Makes the change and stores the answer, or returns the answer to an earlier copy of the request.
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

  /// The same for a change whose caller needs its answer alone.
  @discardableResult
  func carryOut<Answer>(
    _ write: IdempotencyKey, answering form: AnswerForm<Answer>, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> Answer
  ) async throws -> Answer {
    try await carryOut(write, as: form, at: now) { (answer: try change($0), value: ()) }.answer
  }
}

/// A client's request id, with which the same request is carried out only once.
struct IdempotencyKey: Sendable {
  let id: RequestID
  /// SHA-256 of the request's body, lower-case hexadecimal.
  let bodyHash: String

  /// Reads the id and hashes the message, including its id field.
  /// - Throws: ``FleetError`` with code `invalid` for a malformed id.
  init(id text: String, body: some SwiftProtobuf.Message) throws {
    guard let id = RequestID(text) else {
      throw FleetError(.invalid, "\"\(text.printable)\" is not a request id", hint: "give a fresh UUID")
    }
    self.id = id
    // By default maps are serialised in an unspecified order.
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    let bytes: [UInt8] = try body.serializedBytes(options: options)
    bodyHash = try Digest.sha256(bytes).hex
  }

  /// The stored outcome of an earlier copy of the request; nil for a new one.
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

/// A secret that is part of one answer and is not stored.
enum OneTimeSecret: Sendable {
  /// A join token.
  case token
  /// The key of the user of that name.
  case key(of: String)

  /// The error for a repeat of the request that made it.
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
