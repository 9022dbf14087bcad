import Fleet
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// What people do to the ledger by hand, each thing in one transaction with its answer.
struct LedgerDesk: Sendable {
  let store: FleetStore
  let inventory: Inventory
  let feed: EventFeed
  let clock: any WallClock

  /// Carries a write out once: the same request again gets the answer that was stored with it.
  /// - Throws: ``FleetError`` with code `conflict` for a known id with another body.
  func once<Answer: SwiftProtobuf.Message & Sendable>(
    _ write: WriteRequest, _ body: @Sendable @escaping (FleetTransaction, Timestamp) throws -> Answer
  ) async throws -> Answer {
    let now = clock.now()
    let answer = try await store.commit { transaction in
      if let earlier = try transaction.request(write.id) {
        guard earlier.bodyHash == write.bodyHash else {
          throw FleetError(
            .conflict, "the request id \(write.id) was used for another request", hint: "give a fresh UUID")
        }
        return try Answer(serializedBytes: earlier.answer)
      }
      let answer = try body(transaction, now)
      let bytes: [UInt8] = try answer.serializedBytes()
      try transaction.insertRequest(StoredRequest(id: write.id, bodyHash: write.bodyHash, answer: bytes, at: now))
      return answer
    }
    await feed.poke()
    return answer
  }
}
