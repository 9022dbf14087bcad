import Foundation
import SimulationKit
import Testing

@testable import Coordinator

/// Random histories of create, clone, import with a chosen address, delete, reserve, release, adopt, give back, domains
/// made, started, moved and undefined with virsh, hosts lost and found, crashes, changes undone, and backups made and
/// put back, over the real store. What must never happen: an address or port is given that somebody is known to have;
/// two known owners that the ledger does not tell of; a retired address back before its quarantine is over; a cursor
/// that goes back.
///
/// One thing no backup can tell: a chosen address of a VM that was made and deleted after it. Such an address is taken
/// for free after a restore; one that a pool gave is not.
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

  @Test("no address or port has two owners unknown to the ledger, or returns too soon")
  func histories() async throws {
    // Worlds know nothing of one another, so that each core can live through one.
    try await withThrowingTaskGroup(of: String?.self) { group in
      var waiting = Self.seeds[...]
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) {
        if let seed = waiting.popFirst() { group.addTask { try await Self.live(seed) } }
      }
      while let failure = try await group.next() {
        if let failure {
          Issue.record("\(failure)")
          group.cancelAll()
          return
        }
        if let seed = waiting.popFirst() { group.addTask { try await Self.live(seed) } }
      }
    }
  }

  /// - Returns: what went wrong, with the seed and the story; nil if nothing did.
  private static func live(_ seed: UInt64) async throws -> String? {
    let scenario = try await LedgerScenario()
    for number in 0..<perWorld {
      try Task.checkCancellation()
      var history = try await LedgerHistory(scenario, seed: seed << 16 | UInt64(number), number: number)
      do {
        try await history.run()
      } catch {
        let story = history.story.joined(separator: "\n  ")
        return "ROOST_HISTORY_SEED=\(seed), history \(number): \(error)\n  \(story)"
      }
    }
    return nil
  }
}
