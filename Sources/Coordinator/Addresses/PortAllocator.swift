package import Fleet
import Scheduling
import Store

/// Finds the VNC port of a VM, in the transaction that writes it.
enum PortAllocator {
  /// The error for a range without free ports.
  static func exhausted(_ range: ClosedRange<Int>) -> FleetError {
    FleetError(
      .exhausted, "no VNC port of \(range.lowerBound)-\(range.upperBound) is free",
      hint: "\(VNCPortUse.waysOut(of: range)); see who has the ports: roost port list")
  }

  /// The next free port.
  /// - Parameters:
  ///   - observed: ports of observed domains.
  ///   - refused: a port that the host could not bind; the walk continues above it.
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

/// Ranges of VNC ports, as the user types them.
package enum VNCPortRange {
  /// Returns the range if VNC displays can use it.
  /// - Throws: ``FleetError`` with code `invalid`.
  static func checked(_ first: Int, _ last: Int) throws(FleetError) -> ClosedRange<Int> {
    // QEMU counts displays from 5900 up.
    guard (5900...65535).contains(first), (5900...65535).contains(last), first <= last else {
      throw FleetError(
        .invalid, "\(first)-\(last) is not a range of VNC ports: they are between 5900 and 65535",
        hint: "write FIRST-LAST, such as 5900-32767")
    }
    return first...last
  }

  /// Reads `FIRST-LAST`.
  /// - Throws: ``FleetError`` with code `invalid`.
  package static func parse(_ text: String) throws(FleetError) -> ClosedRange<Int> {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]) else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is not a range of ports", hint: "write FIRST-LAST, such as 5900-32767")
    }
    return try checked(first, last)
  }

  /// Warnings about overlaps of the range, one sentence each.
  package static func warnings(_ range: ClosedRange<Int>) -> [String] { PortRangeAdvice.warnings(range) }
}
