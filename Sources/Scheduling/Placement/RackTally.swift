internal import Fleet

/// The free room of a fleet's racks: the hosts with one value of the label `rack` together.
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

  /// Adds a host with 1, or subtracts it with -1.
  mutating func count(_ host: HostSnapshot, by sign: Int) {
    guard let name = host.labels[Self.label], let capacity = host.capacity else { return }
    let limit = Resources(capacity.limit)
    racks[name, default: Rack()].limit += limit.times(sign)
    racks[name, default: Rack()].free += (limit - Resources(host.reserved)).positive.times(sign)
    racks[name, default: Rack()].hosts += sign
    if racks[name]?.hosts == 0 { racks[name] = nil }
  }

  /// The free share of CPUs and memory in a host's rack, 0…1; nil if the host has no rack or there is only one rack.
  func left(of host: HostSnapshot) -> Double? {
    guard speaks, let name = host.labels[Self.label], let rack = racks[name] else { return nil }
    func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? min(max(Double(part) / Double(whole), 0), 1) : 0 }
    return (share(rack.free.vcpus, rack.limit.vcpus) + share(rack.free.memory, rack.limit.memory)) / 2
  }
}
