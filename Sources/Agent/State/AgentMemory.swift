internal import Fleet
internal import RoostAPI
internal import Synchronization

/// What the agent was ever told that it must not forget: the highest epoch, incarnation, MAC cursors and event number.
final class AgentMemory: Sendable {
  private struct Saved: Codable {
    var epoch: Int64
    var incarnation: String
    var macCursor: UInt64
    var poolCursors: [String: UInt64]?
    var lastEvent: Int64?
  }

  private static let file = "high-water.json"
  private let directory: StateDirectory
  private let marks: Mutex<HighWater>

  /// Reads what was remembered.
  /// - Throws: ``FleetError`` with code `internal` if the file is damaged: forgetting an epoch is not harmless.
  init(_ directory: StateDirectory) throws {
    self.directory = directory
    let saved = try directory.read(Self.file, as: Saved.self)
    marks = Mutex(
      HighWater(
        epoch: saved?.epoch ?? 0, incarnation: saved?.incarnation ?? "", macCursor: saved?.macCursor ?? 0,
        poolCursors: try PoolCursors(saved?.poolCursors ?? [:], at: FieldPath(Self.file)),
        lastEvent: saved?.lastEvent ?? 0))
  }

  /// The highest of each.
  var highWater: HighWater { marks.withLock { $0 } }

  /// Remembers an epoch and the incarnation that has it.
  /// - Throws: ``FleetError`` with code `precondition` for an epoch lower than one seen before.
  func see(epoch: Int64, incarnation: String? = nil) throws {
    try marks.withLock { marks in
      guard epoch >= marks.epoch else {
        throw FleetError(
          .precondition, "the coordinator's epoch \(epoch) is lower than \(marks.epoch), which this host has seen",
          hint: "a newer coordinator has taken office; stop the old one")
      }
      var next = marks
      next.epoch = epoch
      if let incarnation { next.incarnation = incarnation }
      try save(next, over: &marks)
    }
  }

  /// Remembers MAC cursors and the number of the last event; lower ones change nothing.
  func see(macCursor: UInt64, poolCursors: PoolCursors = PoolCursors(), lastEvent: Int64 = 0) throws {
    try marks.withLock { marks in
      var next = marks
      next.macCursor = max(next.macCursor, macCursor)
      next.poolCursors.raise(to: poolCursors)
      next.lastEvent = max(next.lastEvent, lastEvent)
      try save(next, over: &marks)
    }
  }

  /// Takes over the number of the last event from a coordinator that has heard the one remembered: after a restored
  /// backup its numbers begin lower again.
  func welcomed(lastEvent: Int64) throws {
    try marks.withLock { marks in
      var next = marks
      next.lastEvent = lastEvent
      try save(next, over: &marks)
    }
  }

  private func save(_ next: HighWater, over marks: inout HighWater) throws {
    guard next != marks else { return }
    let saved = Saved(
      epoch: next.epoch, incarnation: next.incarnation, macCursor: next.macCursor,
      poolCursors: next.poolCursors.message, lastEvent: next.lastEvent)
    try directory.write(saved, to: Self.file)
    marks = next
  }
}
