/// Which VNC port comes next.
public enum PortAllocation {
  /// The lowest port that nobody has, or nil if the range is used up.
  ///
  /// After a port that a host could not bind, the walk goes on above it and comes to the lower ones last, so that
  /// two busy ports are not tried in turn for ever.
  /// - Parameters:
  ///   - range: the fleet's VNC ports.
  ///   - held: ports the ledger has given out, anywhere in the fleet.
  ///   - observed: ports that any observed domain uses or will use at its next start.
  ///   - refusedByHost: ports the chosen host could not bind.
  ///   - after: where to go on, or nil to begin at the lowest.
  public static func next(
    range: ClosedRange<Int>, held: Set<Int>, observed: Set<Int>, refusedByHost: Set<Int>, after: Int? = nil
  ) -> Int? {
    func isFree(_ port: Int) -> Bool {
      !held.contains(port) && !observed.contains(port) && !refusedByHost.contains(port)
    }
    let above = after.flatMap { start in range.first { $0 > start && isFree($0) } }
    return above ?? range.first(where: isFree)
  }
}
