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
    let outcome = try await RequestBook(store: store).carryOut(write, at: now) { transaction in
      (answer: try body(transaction, now), value: true)
    }
    await feed.poke()
    return outcome.answer
  }
}
