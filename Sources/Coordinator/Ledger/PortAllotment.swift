import Fleet
import Scheduling
import Store

/// The VNC port of a VM, found in the transaction that writes it.
enum PortAllotment {
  /// What is thrown when nothing is left.
  static func exhausted(_ range: ClosedRange<Int>) -> FleetError {
    FleetError(
      .exhausted, "no VNC port of \(range.lowerBound)-\(range.upperBound) is free",
      hint: "see who has them: roost port list; widen the range: roost port range FIRST-LAST")
  }

  /// The next port that nobody has.
  /// - Parameters:
  ///   - observed: ports of observed domains.
  ///   - refused: a port that the host could not bind; the walk goes on above it.
  /// - Throws: ``FleetError`` with code `exhausted`.
  static func next(
    observed: Set<Int>, refused: Int? = nil, in reader: FleetSnapshotReader
  ) throws -> Int {
    let range = try reader.fleet().vncPorts
    let free = PortAllocation.next(
      range: range, held: try reader.heldPorts(), observed: observed,
      refusedByHost: Set([refused].compactMap { $0 }), after: refused)
    guard let free else { throw exhausted(range) }
    return free
  }
}
