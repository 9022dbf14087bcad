import Fleet
import PKI
import Store
import SwiftProtobuf

/// Carries out each write once: the same id with the same body gets the first answer again; with another body it is
/// refused. Answer and change are committed together.
struct IdempotentWrites: Sendable {
  /// The result of a write.
  struct Outcome<Answer: Sendable, Value: Sendable>: Sendable {
    var answer: Answer
    /// The result of the change; nil for a repeat, which changed nothing.
    var value: Value?
  }

  let store: FleetStore

  /// The answer to an earlier copy of the request; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier<Answer: SwiftProtobuf.Message>(_ write: IdempotencyKey, as type: Answer.Type) async throws -> Answer? {
    try await store.read { try Self.earlier(write, as: type, in: $0) }
  }

  /// The answer to an earlier copy of the request, by a snapshot.
  static func earlier<Answer: SwiftProtobuf.Message>(
    _ write: IdempotencyKey, as type: Answer.Type, in reader: FleetSnapshotReader
  ) throws -> Answer? {
    guard let earlier = try write.earlier(in: reader) else { return nil }
    return try Answer(serializedBytes: earlier.answer)
  }

  /// Makes the change and stores the answer, or returns the answer to an earlier copy of the request.
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

  /// Makes a change whose answer contains a secret. The secret is returned once and not stored, so a repeat is refused.
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
  func earlier(in reader: FleetSnapshotReader) throws(FleetError) -> StoredRequest? {
    guard let earlier = try reader.request(id) else { return nil }
    guard earlier.bodyHash == bodyHash else {
      throw FleetError(.conflict, "the request id \(id) was used for another request", hint: "give a fresh UUID")
    }
    return earlier
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
