import Fleet
import Logging
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// Notices that the database is older than the fleet, and learns from hosts what it lacks before anything is handed out
/// again.
///
/// While it settles, reads and the power of known VMs work, and nothing is allocated or destroyed. The unfinished
/// operations and tombstones of the old database are failed and removed at once, because it is unknown what has become
/// of them since: a VM that was to be deleted may have been recovered, and an old tombstone would destroy it; one that
/// was to be created may long exist. Users repeat these requests after looking.
struct Settling: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let activeOperations: ActiveOperations
  let vmRecovery: VMRecovery
  let seal: MarkSeal
  let rates: EventRates
  let unproven = UnprovenMarks()
  let clock: any WallClock
  let logger: Logger

  static let overtaken = FleetError(
    .precondition, "it was unfinished in a database that is older than the fleet, and may have been overtaken since",
    hint: "look at the VM first, then ask again: roost show NAME")

  /// Refuses an action that hands out or destroys something while the fleet settles.
  /// - Throws: ``FleetError`` with code `precondition`.
  static func check(_ reader: FleetSnapshotReader, _ action: String) throws {
    guard let settling = try reader.settling() else { return }
    throw FleetError(
      .precondition,
      "cannot \(action): the coordinator is settling since \(settling.since), because \(settling.reason)",
      hint: "see what it waits for, or end it: roost settle", retryable: true)
  }

  /// Fails the unfinished operations if the database came from a backup, before any is continued.
  func begin() async throws {
    guard context.epochState.isSettling, let record = try await store.read({ try $0.settling() }) else { return }
    logger.warning("the coordinator is settling since \(record.since): \(record.reason)")
    try await enter(record.reason) { _ in }
  }

  /// Compares a host's proven marks with the database.
  ///
  /// A mark of an incarnation that an ended settling has covered does not begin a second one; its addresses are taken
  /// over. Otherwise a host could stop the fleet again and again.
  func learnMarks(_ high: HighWaterMarks, from host: Host) async throws {
    guard let evidence = try await evidence(in: high, host.name) else { return }
    let isForeign = isForeign(high)
    let (next, overflow) = high.epoch.addingReportingOverflow(1)
    guard !overflow else { throw FleetError(.invalid, "host \(host.name) names an epoch past the last") }
    let epoch = high.epoch >= context.epoch && isForeign ? next : context.epoch
    let last = try await store.read { try $0.lastSettling() }
    let isOver = isForeign && last?.endedAt != nil && high.epoch <= last?.endedEpoch ?? -1
    let isLate = Self.isLate(host, last)
    if isOver, !isLate, try await !isAhead(high) { return }
    if isOver || isLate {
      try await absorb(high, epoch: epoch, from: host)
    } else {
      logger.warning("\(evidence)")
      try await enter(evidence) { transaction in
        try transaction.raiseEpoch(to: epoch)
        try transaction.noteSettling(macCursor: high.macCursor)
        try transaction.noteCursors(high.poolCursors)
      }
    }
    context.epochState.raise(to: epoch)
  }

  /// Records that a host has sent a full report.
  func hostReported(_ host: HostID) async throws {
    let now = clock.now()
    let isNews = try await store.read { reader in
      try reader.lastSettling().map { !$0.reported.contains(host) } ?? false
    }
    if isNews { try await store.commit { try $0.noteSettling(reported: host, at: now) } }
  }

  /// One sentence if an agent remembers more than the database has.
  func evidence(in high: HighWaterMarks, _ name: String) async throws -> String? {
    let isForeign = isForeign(high)
    if isForeign, high.epoch > context.epoch {
      return "host \(name) has served epoch \(high.epoch), later than this coordinator's \(context.epoch)"
    }
    if isForeign, high.epoch == context.epoch, !high.incarnation.isEmpty {
      return "host \(name) has served another coordinator in epoch \(high.epoch)"
    }
    let known = try await known(isForeign)
    if try await isAhead(high) {
      return "host \(name) knows of MAC addresses that were handed out after those of the database"
    }
    if high.lastEvent > known.lastEvent {
      return "host \(name) knows of event \(high.lastEvent), and the database's last was \(known.lastEvent)"
    }
    return nil
  }

  /// True for a mark of another coordinator, though it go by this one's name: a higher epoch was never this one's.
  private func isForeign(_ high: HighWaterMarks) -> Bool {
    high.incarnation != context.incarnation.description || high.epoch > context.epoch
  }

  /// What an agent was told by an earlier epoch was in the database when this one began.
  private func known(_ isForeign: Bool) async throws -> HighWaterMarks {
    isForeign ? context.beginning : try await store.read { try $0.highWater() }
  }

  /// True if a mark knows of addresses handed out after those of the database.
  private func isAhead(_ high: HighWaterMarks) async throws -> Bool {
    let known = try await known(isForeign(high))
    var cursors = known.poolCursors
    cursors.raise(to: context.epochState.settledCursors)
    return high.macCursor > max(known.macCursor, context.epochState.settledCursor)
      || high.poolCursors.rangeAhead(of: cursors) != nil
  }

  /// True for the first report of a host since a settling that did not wait for it.
  private static func isLate(_ host: Host, _ last: SettlingRecord?) -> Bool {
    guard let last, last.endedAt != nil else { return false }
    return host.joinedAt < last.since && !last.reported.contains(host.id)
  }

  /// Takes over what a late host knows, without settling again: later changes belong to this database.
  private func absorb(_ high: HighWaterMarks, epoch: Int64, from host: Host) async throws {
    let now = clock.now()
    let restsUntil = now.adding(seconds: context.quarantineSeconds)
    let seen = await inventory.view.seenMACs(fleetID: context.fleetID)
    try await store.commit { transaction in
      try transaction.raiseEpoch(to: epoch)
      try transaction.noteCursors(high.poolCursors)
      try transaction.jumpCursors(told: high.macCursor, seen: seen, at: now, restsUntil: restsUntil)
      try transaction.noteSettling(reported: host.id, at: now)
      try transaction.appendEvent(
        at: now, kind: .hostLate, subject: host.name,
        message: "host \(host.name) has reported for the first time since the coordinator settled without it")
    }
  }

  /// Begins settling, or continues it.
  private func enter(_ reason: String, _ change: @Sendable @escaping (FleetTransaction) throws -> Void) async throws {
    let now = clock.now()
    let ended = try await store.commit { transaction -> [FleetOperation]? in
      try transaction.settle(at: now, reason: reason)
      try change(transaction)
      guard try transaction.settling()?.hasBegun == false else { return nil }
      let ended = try transaction.giveUpUnfinished(Self.overtaken, at: now)
      try transaction.noteSettlingBegun()
      try transaction.appendEvent(
        at: now, kind: .coordinatorSettling, subject: "coordinator",
        message: "nothing is handed out until every host has reported, because \(reason); "
          + "\(ended.count) unfinished operations are given up")
      return ended
    }
    context.epochState.settle(true)
    guard let ended else { return }
    for operation in ended { await activeOperations.show(operation) }
    // Connected agents have said hello before it began, so they send a full report again.
    await vmRecovery.sessions.tellAll(.with { $0.sendInventory = .init() })
  }
}
