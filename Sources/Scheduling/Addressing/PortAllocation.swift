/// Decides which VNC port comes next.
package enum PortAllocation {
  /// The lowest free port, or nil if the range is used up.
  ///
  /// After a port that a host could not bind, the walk goes on above it and reaches the lower ports last, so that two
  /// busy ports are not tried alternately for ever.
  /// - Parameters:
  ///   - range: the fleet's VNC ports.
  ///   - held: the ports that the ledger has given out, anywhere in the fleet.
  ///   - observed: the ports that any observed domain uses or will use at its next start.
  ///   - refusedByHost: the ports that the chosen host could not bind.
  ///   - after: the port to go on after; nil begins at the lowest.
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

/// Warns about a range of VNC ports that overlaps ports with another use.
package enum PortRangeAdvice {
  /// The ports that libvirt uses for live migration, https://libvirt.org/migration.html.
  package static let migration = 49152...49215
  /// Linux's default ports for outgoing connections, `net.ipv4.ip_local_port_range`.
  package static let ephemeral = 32768...60999

  /// One sentence for each overlap, and one for VMs whose ports lie outside of the range.
  /// - Parameter held: the ports that VMs have now; those outside of the range stay theirs.
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
