import Fleet
import Store
import SwiftProtobuf

/// Carries each write out once: the same id with the same body gets the first answer again, with another body it is
/// refused. Answer and change are committed together.
struct RequestBook: Sendable {
  /// What came of a write.
  struct Outcome<Answer: Sendable, Value: Sendable>: Sendable {
    var answer: Answer
    /// What the change came to; nil for a repetition, which changed nothing.
    var value: Value?
  }

  let store: FleetStore

  /// The answer that an earlier copy of the request got; nil for a new request.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func earlier<Answer: SwiftProtobuf.Message>(_ write: WriteRequest, as type: Answer.Type) async throws -> Answer? {
    try await store.read { try Self.earlier(write, as: type, in: $0) }
  }

  /// The answer that an earlier copy of the request got, as a snapshot knows it.
  static func earlier<Answer: SwiftProtobuf.Message>(
    _ write: WriteRequest, as type: Answer.Type, in reader: FleetSnapshotReader
  ) throws -> Answer? {
    guard let earlier = try write.earlier(in: reader) else { return nil }
    return try Answer(serializedBytes: earlier.answer)
  }

  /// Changes the fleet and keeps the answer, or gives the answer that an earlier copy of the request got.
  func carryOut<Answer: SwiftProtobuf.Message & Sendable, Value: Sendable>(
    _ write: WriteRequest, at now: Timestamp,
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
    _ write: WriteRequest, showing secret: OneTimeSecret, at now: Timestamp,
    _ change: @escaping @Sendable (FleetTransaction) throws -> Void
  ) async throws {
    try await store.commit { transaction in
      if let earlier = try write.earlier(in: transaction) { throw secret.refusal(ofRepeated: earlier) }
      try change(transaction)
      try transaction.insertRequest(StoredRequest(id: write.id, bodyHash: write.bodyHash, at: now))
    }
  }
}
