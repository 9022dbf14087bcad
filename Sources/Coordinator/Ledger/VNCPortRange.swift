public import Fleet
import Scheduling

/// Ranges of ports for VNC displays, as people write them.
public enum VNCPortRange {
  /// The range, if VNC displays can have it.
  /// - Throws: ``FleetError`` with code `invalid`.
  static func checked(_ first: Int, _ last: Int) throws(FleetError) -> ClosedRange<Int> {
    // QEMU counts displays from 5900 up.
    guard (5900...65535).contains(first), (5900...65535).contains(last), first <= last else {
      throw FleetError(
        .invalid, "\(first)-\(last) is no range of VNC ports: they lie between 5900 and 65535",
        hint: "write FIRST-LAST, such as 5900-32767")
    }
    return first...last
  }

  /// Reads `FIRST-LAST`.
  /// - Throws: ``FleetError`` with code `invalid`.
  public static func parse(_ text: String) throws(FleetError) -> ClosedRange<Int> {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]) else {
      throw FleetError(
        .invalid, "\"\(text.printable)\" is no range of ports", hint: "write FIRST-LAST, such as 5900-32767")
    }
    return try checked(first, last)
  }

  /// What the range gets in the way of, one sentence each.
  public static func warnings(_ range: ClosedRange<Int>) -> [String] { PortRangeAdvice.warnings(range) }
}
