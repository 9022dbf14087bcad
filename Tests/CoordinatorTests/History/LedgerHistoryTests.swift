import Foundation
import SimulationKit
import Testing

@testable import Coordinator

/// Random histories of create, clone, import with a chosen address, delete, reserve, release, domains made, started,
/// moved and undefined with virsh, hosts lost and found, crashes and changes undone, over the real store. What must
/// never happen: an address or port is given that somebody is known to have; two known owners that the ledger does not
/// tell of; a retired address back before its quarantine is over; a cursor that goes back.
///
/// `ROOST_HISTORY_SEED=N` replays one batch and prints it.
@Suite("ten thousand histories of the ledger")
struct LedgerHistoryTests {
  /// Histories that follow one another in one world.
  static let perWorld = 100
  static let worlds = 100

  private static var seeds: [UInt64] {
    let chosen = ProcessInfo.processInfo.environment["ROOST_HISTORY_SEED"].flatMap { UInt64($0) }
    return chosen.map { [$0] } ?? (1...worlds).map { UInt64($0) }
  }

  @Test("no address and no port has two owners that the ledger does not know, and none comes back too soon")
  func histories() async throws {
    for seed in Self.seeds {
      let world = try await LedgerWorld()
      for number in 0..<Self.perWorld {
        var history = try await LedgerHistory(world, seed: seed << 16 | UInt64(number), number: number)
        do {
          try await history.run()
        } catch {
          let story = history.story.joined(separator: "\n  ")
          Issue.record("ROOST_HISTORY_SEED=\(seed), history \(number): \(error)\n  \(story)")
          return
        }
      }
    }
  }
}
