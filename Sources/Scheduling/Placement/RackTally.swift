internal import Fleet

/// What the racks of a fleet have left: hosts with one value of the label `rack` together.
struct RackTally: Sendable {
  /// The label whose values are racks.
  static let label = "rack"

  private struct Rack {
    var free = Resources()
    var limit = Resources()
    var hosts = 0
  }

  private var racks: [String: Rack] = [:]

  /// True if there is more than one rack, so that one may have more left than another.
  var speaks: Bool { racks.count > 1 }

  /// Sums up the hosts.
  init(_ hosts: [HostSnapshot]) {
    for host in hosts { count(host, by: 1) }
  }

  /// Counts a host, or with -1 takes back what it counted for.
  mutating func count(_ host: HostSnapshot, by sign: Int) {
    guard let name = host.labels[Self.label], let capacity = host.capacity else { return }
    let limit = Resources(capacity.limit)
    racks[name, default: Rack()].limit += limit.times(sign)
    racks[name, default: Rack()].free += (limit - Resources(host.reserved)).positive.times(sign)
    racks[name, default: Rack()].hosts += sign
    if racks[name]?.hosts == 0 { racks[name] = nil }
  }

  /// The share of CPUs and memory that a host's rack has left, 0…1; nil if the host is in none or there is but one.
  func left(of host: HostSnapshot) -> Double? {
    guard speaks, let name = host.labels[Self.label], let rack = racks[name] else { return nil }
    func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? min(max(Double(part) / Double(whole), 0), 1) : 0 }
    return (share(rack.free.vcpus, rack.limit.vcpus) + share(rack.free.memory, rack.limit.memory)) / 2
  }
}
