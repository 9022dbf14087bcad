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

  private var racks: [Rack] = []
  /// The free share of CPUs and memory of each rack, 0…1.
  private var shares: [Double] = []
  private var numbers: [String: Int] = [:]
  /// How many racks have a host.
  private var used = 0

  /// True if there is more than one rack, so that one may have more left than another.
  var speaks: Bool { used > 1 }

  /// Sums up the hosts.
  init(_ hosts: [HostSnapshot]) {
    for host in hosts { count(host, by: 1) }
  }

  /// Adds a host with 1, or subtracts it with -1.
  mutating func count(_ host: HostSnapshot, by sign: Int) {
    guard let name = host.labels[Self.label], let capacity = host.capacity else { return }
    let limit = Resources(capacity.limit)
    let number = numbers[name] ?? racks.count
    if number == racks.count {
      numbers[name] = number
      racks.append(Rack())
      shares.append(0)
    }
    var rack = racks[number]
    used -= rack.hosts == 0 ? 0 : 1
    rack.limit += limit.times(sign)
    rack.free += (limit - Resources(host.reserved)).positive.times(sign)
    rack.hosts += sign
    if rack.hosts == 0 { rack = Rack() }
    shares[number] = Self.share(rack)
    used += rack.hosts == 0 ? 0 : 1
    racks[number] = rack
  }

  /// The number of a host's rack; nil if it has none that counts.
  func number(of host: HostSnapshot) -> Int? { host.labels[Self.label].flatMap { numbers[$0] } }

  /// The free share of CPUs and memory in a host's rack, 0…1; nil if the host has no rack or there is only one rack.
  func left(of host: HostSnapshot) -> Double? {
    speaks ? left(ofRack: number(of: host)) : nil
  }

  /// Like ``left(of:)``, by the number of the rack.
  func left(ofRack number: Int?) -> Double? {
    guard speaks, let number, racks[number].hosts > 0 else { return nil }
    return shares[number]
  }

  /// The largest share that ``left(of:)`` gives for a host in one of these racks; 0 if it gives none.
  func mostLeft(of numbers: [Int]) -> Double {
    guard speaks else { return 0 }
    var most = 0.0
    for number in numbers { most = max(most, shares[number]) }
    return most
  }

  private static func share(_ rack: Rack) -> Double {
    func share(_ part: Int, _ whole: Int) -> Double { whole > 0 ? min(max(Double(part) / Double(whole), 0), 1) : 0 }
    return (share(rack.free.vcpus, rack.limit.vcpus) + share(rack.free.memory, rack.limit.memory)) / 2
  }
}
