internal import Fleet
internal import Foundation
internal import RoostAPI
internal import RoostProto
internal import Synchronization

/// What the agent must remember of its coordinators: the highest epoch, incarnation, MAC cursors and event number, and
/// the signed mark.
///
/// A full disk stops nothing: what can't be written stays in memory and is written later. Only an order with an epoch
/// that is not on disk is refused, because after a power cut the agent might obey an older coordinator again.
final class HighWaterFile: Sendable {
  /// The coordinator's signed mark, as received.
  struct SignedMark: Codable, Hashable {
    var statement: Data
    var signature: Data
  }

  private struct Saved: Codable, Equatable {
    var epoch: Int64
    var incarnation: String
    var macCursor: UInt64
    var poolCursors: [String: UInt64]?
    var lastEvent: Int64?
    var mark: SignedMark?
  }

  private struct State {
    var marks: HighWaterMarks
    var mark: SignedMark?
    /// The content of the file.
    var saved: Saved?
  }

  /// The largest signed mark that is kept, in bytes.
  static let markLimit = 1 << 20
  /// How far an epoch may rise at once: more than an administrator's word can raise a coordinator's own.
  static let epochRoom: Int64 = 1 << 21
  private static let file = "high-water.json"
  /// Is there once the host has joined again, until the agent has seen it.
  private static let joinedAgain = "joined-again.json"
  private let directory: StateDirectory
  private let state: Mutex<State>

  /// Reads the file.
  /// - Throws: ``FleetError`` with code `internal` if the file is damaged, because without it the agent might obey an
  ///   old coordinator.
  init(_ directory: StateDirectory) throws {
    self.directory = directory
    let saved = try directory.read(Self.file, as: Saved.self)
    let marks = HighWaterMarks(
      epoch: saved?.epoch ?? 0, incarnation: saved?.incarnation ?? "", macCursor: saved?.macCursor ?? 0,
      poolCursors: try PoolCursors(saved?.poolCursors ?? [:], at: FieldPath(Self.file)),
      lastEvent: saved?.lastEvent ?? 0)
    state = Mutex(State(marks: marks, mark: saved?.mark, saved: saved))
  }

  /// The highest value of each.
  var highWater: HighWaterMarks { state.withLock { $0.marks } }

  /// Adds the values to the agent's first message.
  func write(to hello: inout Roost_V1_Hello) {
    let (marks, mark) = state.withLock { ($0.marks, $0.mark) }
    marks.write(to: &hello)
    guard let mark else { return }
    hello.mark.statement = mark.statement
    hello.mark.signature = mark.signature
  }

  /// Notes that root has had the host join: the coordinator that made the token is believed anew, whatever its epoch.
  static func noteJoin(in directory: StateDirectory) throws {
    try directory.write(["joined": true], to: joinedAgain)
  }

  /// Forgets the epoch if the host has joined since. A stolen coordinator key could have raised the epoch.
  func forgetEpochIfJoined() throws {
    guard HostFile.exists(directory.file(Self.joinedAgain)) else { return }
    let failure = state.withLock { state in
      state.marks.epoch = 0
      state.marks.incarnation = ""
      return attempt(&state)
    }
    // What is not on the disk yet is forgotten once more with the next connection.
    guard failure == nil else { return }
    try HostFile.remove(directory.file(Self.joinedAgain))
  }

  /// Remembers an epoch and the incarnation that has it, on the disk before it returns.
  /// - Throws: ``FleetError``: `precondition` for an epoch lower than one seen before, `denied` for one far above it,
  ///   and what the disk says for a higher one that can't be kept.
  func see(epoch: Int64, incarnation: String? = nil) throws {
    try state.withLock { state in
      try Self.take(epoch, incarnation, into: &state)
      do { try save(&state) } catch {
        // An epoch that is on disk already may be obeyed even if the rest is not written yet.
        guard state.saved?.epoch == epoch else { throw error }
      }
    }
  }

  /// Remembers what a coordinator says with its welcome: its epoch and incarnation, the cursors, and its number of the
  /// last event, which after a restored backup may be lower than the one remembered.
  /// - Returns: why it is not on the disk; nil if it is.
  /// - Throws: ``FleetError``: `precondition` for an epoch lower than one seen before, `denied` for one far above it.
  func welcomed(by high: HighWaterMarks, _ mark: Roost_V1_SignedMark?) throws -> FleetError? {
    try state.withLock { state in
      try Self.take(high.epoch, high.incarnation, into: &state)
      state.marks.macCursor = max(state.marks.macCursor, high.macCursor)
      state.marks.poolCursors.raise(to: high.poolCursors)
      state.marks.lastEvent = high.lastEvent
      state.mark = Self.kept(mark)
      return attempt(&state)
    }
  }

  /// Records MAC cursors, the number of the last event and the signed mark; lower numbers change nothing.
  /// - Returns: why it is not on disk; nil if it is.
  @discardableResult
  func see(
    macCursor: UInt64, poolCursors: PoolCursors = PoolCursors(), lastEvent: Int64 = 0,
    mark: Roost_V1_SignedMark? = nil
  ) -> FleetError? {
    state.withLock { state in
      state.marks.macCursor = max(state.marks.macCursor, macCursor)
      state.marks.poolCursors.raise(to: poolCursors)
      state.marks.lastEvent = max(state.marks.lastEvent, lastEvent)
      if let kept = Self.kept(mark) { state.mark = kept }
      return attempt(&state)
    }
  }

  private static let wayBack =
    "have this host join again: roost host token create --name HOST --rejoin; here: roost-agent join -"

  private static func take(_ epoch: Int64, _ incarnation: String?, into state: inout State) throws {
    guard epoch >= state.marks.epoch else {
      throw FleetError(
        .precondition, "the coordinator's epoch \(epoch) is lower than \(state.marks.epoch), which this host has seen",
        hint: "a newer coordinator is serving; stop the old one. If there is none, \(wayBack)")
    }
    // One that was never welcomed has nothing to compare with.
    // BOUNDED: the first is the larger one, and neither is below 0.
    guard state.marks.epoch <= 0 || epoch - state.marks.epoch <= epochRoom else {
      throw FleetError(
        .denied,
        "the coordinator's epoch \(epoch) is too far above \(state.marks.epoch), which this host has seen last",
        hint: "its key may be stolen: roost-keys(7). If it is the fleet's own, \(wayBack)")
    }
    state.marks.epoch = epoch
    if let incarnation { state.marks.incarnation = incarnation }
  }

  private static func kept(_ mark: Roost_V1_SignedMark?) -> SignedMark? {
    guard let mark, !mark.signature.isEmpty, mark.signature.count <= 64, mark.statement.count <= markLimit else {
      return nil
    }
    return SignedMark(statement: mark.statement, signature: mark.signature)
  }

  private func attempt(_ state: inout State) -> FleetError? {
    do {
      try save(&state)
      return nil
    } catch {
      return FleetError(agent: error)
    }
  }

  private func save(_ state: inout State) throws {
    let next = Saved(
      epoch: state.marks.epoch, incarnation: state.marks.incarnation, macCursor: state.marks.macCursor,
      poolCursors: state.marks.poolCursors.message, lastEvent: state.marks.lastEvent, mark: state.mark)
    guard next != state.saved else { return }
    try directory.write(next, to: Self.file)
    state.saved = next
  }
}
