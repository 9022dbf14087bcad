/// How many of the fleet's VNC ports are taken.
package struct VNCPortUse: Hashable, Sendable {
  /// The range that new VMs get ports from.
  package var range: ClosedRange<Int>
  /// The ports of the range that the ledger has given out or that domains use, each once.
  package var taken: Int

  /// Makes a count.
  package init(range: ClosedRange<Int>, taken: Int) {
    self.range = range
    self.taken = taken
  }

  /// The ports that are left.
  // BOUNDED: what is taken away is not more than there is.
  package var free: Int { range.count - min(max(0, taken), range.count) }

  /// One sentence with the ways out if at least nine of ten ports are taken, else nil.
  package var warning: String? {
    guard free <= range.count / 10 else { return nil }
    let ports = "VNC ports \(Self.text(range))"
    let state = free == 0 ? "the \(ports) are used up" : "the \(ports) are nearly used up, \(free) are left"
    return "\(state): \(Self.waysOut(of: range))"
  }

  /// What helps when a range is used up: a wider one, as far as there is one, and displays without a port.
  package static func waysOut(of range: ClosedRange<Int>) -> String {
    let sockets = "give VMs displays without a port: --vnc socket, or for all new ones roost policy set vnc=socket"
    let widest = 5900...65535
    guard range.lowerBound > widest.lowerBound || range.upperBound < widest.upperBound else { return sockets }
    return "widen the range: roost port range \(text(widest)); or \(sockets)"
  }

  private static func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)-\(range.upperBound)" }
}
