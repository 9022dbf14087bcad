/// Which VNC port comes next.
public enum PortAllocation {
  /// The lowest port that nobody has, or nil if the range is used up.
  /// - Parameters:
  ///   - range: the fleet's VNC ports.
  ///   - held: ports the ledger has given out, anywhere in the fleet.
  ///   - observed: ports that any observed domain uses or will use at its next start.
  ///   - refusedByHost: ports the chosen host could not bind.
  public static func next(
    range: ClosedRange<Int>, held: Set<Int>, observed: Set<Int>, refusedByHost: Set<Int>
  ) -> Int? {
    range.first { !held.contains($0) && !observed.contains($0) && !refusedByHost.contains($0) }
  }
}
