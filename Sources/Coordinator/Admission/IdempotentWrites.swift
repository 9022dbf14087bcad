import Fleet
import PKI
import Store
import SwiftProtobuf

/// Carries each write out once: the same id with the same body gets the first answer again, with another body it is
/// refused. Answer and change are committed together.
struct IdempotentWrites: Sendable {
  /// What came of a write.
  struct Outcome<Answer: Sendable, Value: Sendable>: Sendable {
    var answer: Answer
    /// What the change came to; nil for a repetition, which changed nothing.
    var value: Value?
  }

  let store: FleetStore

  /// The answer that an earlier copy of the request got; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier<Answer: SwiftProtobuf.Message>(_ write: IdempotencyKey, as type: Answer.Type) async throws -> Answer? {
    try await store.read { try Self.earlier(write, as: type, in: $0) }
  }

  /// The answer that an earlier copy of the request got, as a snapshot knows it.
  static func earlier<Answer: SwiftProtobuf.Message>(
    _ write: IdempotencyKey, as type: Answer.Type, in reader: FleetSnapshotReader
  ) throws -> Answer? {
    guard let earlier = try write.earlier(in: reader) else { return nil }
    return try Answer(serializedBytes: earlier.answer)
  }

  /// Changes the fleet and keeps the answer, or gives the answer that an earlier copy of the request got.
  func carryOut<Answer: SwiftProtobuf.Message & Sendable, Value: Sendable>(
    _ write: IdempotencyKey, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> (answer: Answer, value: Value)
  ) async throws -> Outcome<Answer, Value> {
    try await store.commit { transaction in
      if let earlier = try Self.earlier(write, as: Answer.self, in: transaction) { return Outcome(answer: earlier) }
      let (answer, value) = try change(transaction)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, answer: answer.serializedBytes(), at: now))
      return Outcome(answer: answer, value: value)
    }
  }

  /// Changes the fleet for an answer that holds a secret. It is shown once and kept nowhere, so a repetition is
  /// refused.
  func carryOut(
    _ write: IdempotencyKey, showing secret: OneTimeSecret, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> Void
  ) async throws {
    try await store.commit { transaction in
      if let earlier = try write.earlier(in: transaction) { throw secret.refusal(ofRepeated: earlier) }
      try change(transaction)
      try transaction.insertRequest(StoredRequest(id: write.id, bodyHash: write.bodyHash, at: now))
    }
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
  func earlier(in reader: FleetSnapshotReader) throws(FleetError) -> StoredRequest? {
    guard let earlier = try reader.request(id) else { return nil }
    guard earlier.bodyHash == bodyHash else {
      throw FleetError(.conflict, "the request id \(id) was used for another request", hint: "give a fresh UUID")
    }
    return earlier
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
