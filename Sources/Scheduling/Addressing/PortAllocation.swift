/// Which VNC port comes next.
package enum PortAllocation {
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
  package static func next(
    range: ClosedRange<Int>, held: Set<Int>, observed: Set<Int>, refusedByHost: Set<Int>, after: Int? = nil
  ) -> Int? {
    func isFree(_ port: Int) -> Bool {
      !held.contains(port) && !observed.contains(port) && !refusedByHost.contains(port)
    }
    let above = after.flatMap { start in range.first { $0 > start && isFree($0) } }
    return above ?? range.first(where: isFree)
  }
}

/// What a fleet's range of VNC ports gets in the way of.
package enum PortRangeAdvice {
  /// The ports libvirt takes for live migration, https://libvirt.org/migration.html.
  package static let migration = 49152...49215
  /// The ports Linux takes for outgoing connections unless told otherwise, `net.ipv4.ip_local_port_range`.
  package static let ephemeral = 32768...60999

  /// One sentence for each overlap.
  /// - Parameter held: ports that VMs have now; those outside stay theirs.
  package static func warnings(_ range: ClosedRange<Int>, held: Set<Int> = []) -> [String] {
    var result: [String] = []
    if range.overlaps(migration) {
      result.append(
        "ports \(text(range)) overlap libvirt's migration ports \(text(migration)): a migration may find its port "
          + "taken")
    }
    if range.overlaps(ephemeral) {
      result.append(
        "ports \(text(range)) overlap the ports \(text(ephemeral)) of outgoing connections: a VM may find its port "
          + "taken")
    }
    let outside = held.count { !range.contains($0) }
    if outside > 0 {
      result.append(
        "\(outside) \(outside == 1 ? "VM keeps its port" : "VMs keep ports") outside of \(text(range)) until deleted")
    }
    return result
  }

  private static func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)-\(range.upperBound)" }
}
