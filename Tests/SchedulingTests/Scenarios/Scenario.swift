import Fleet
import FleetTestKit
import Scheduling
import Testing

/// A story of a fleet in text: a paragraph that says what it is about, then blocks of a command, a line `----` and
/// what the command prints.
///
/// Commands: `host NAME key=value…` adds a host or changes one, `place NAME key=value…` decides and puts the VM on
/// the chosen host, `ask NAME key=value…` only decides, `remove NAME` takes a VM off its host, `hosts` prints what
/// is reserved.
struct Scenario {
  private var hosts: [HostSnapshot] = []
  private var placed: [String: (host: String, reservation: Reservation)] = [:]

  /// Plays the text and returns it with the answers that were really given.
  static func play(_ text: String) throws -> String {
    var scenario = Scenario()
    let blocks = text.split(separator: "\n\n").map(String.init)
    var played: [String] = []
    for block in blocks {
      let command = String(block.prefix { $0 != "\n" })
      let isProse = played.isEmpty
      played.append(isProse ? block : ([command, "----"] + (try scenario.run(command))).joined(separator: "\n"))
    }
    return played.joined(separator: "\n\n")
  }

  private mutating func run(_ command: String) throws -> [String] {
    let words = command.split(separator: " ").map(String.init)
    let values = Dictionary(
      uniqueKeysWithValues: words.filter { $0.contains("=") }.map { word in
        (String(word.prefix { $0 != "=" }), String(word.drop { $0 != "=" }.dropFirst()))
      })
    switch words[0] {
    case "host": return try host(words[1], values)
    case "place", "ask": return try place(words[1], values, keep: words[0] == "place")
    case "remove": return try remove(words[1])
    case "hosts":
      return hosts.map { host in
        let reserved = host.reserved
        return "\(host.name): \(reserved.vcpus) vCPUs, \(reserved.memory), \(reserved.disk), \(host.vmCount) VMs"
      }
    default: throw FleetError(.invalid, "no command \(words[0])")
    }
  }

  private mutating func host(_ name: String, _ values: [String: String]) throws -> [String] {
    var host = hosts.first { $0.name == name } ?? .sample(name)
    for (key, value) in values {
      switch key {
      case "vcpus": host.capacity?.vcpus = try #require(Int(value))
      case "memory": host.capacity?.memory = try Memory(parsing: value)
      case "disk": host.capacity?.disk = try Memory(parsing: value)
      case "ratio": host.capacity?.cpuRatio = try #require(Double(value))
      case "bridges": host.bridges = Set(value.split(separator: ",").map(String.init))
      case "network": host.networks[0].isActive = value == "on"
      case "kvm": host.kvmUsable = value == "yes"
      case "state": host.state = try #require(HostState(rawValue: value))
      case "age": (host.isCurrent, host.dataAgeSeconds) = (false, Double(value))
      default: throw FleetError(.invalid, "no host key \(key)")
      }
    }
    hosts = hosts.filter { $0.name != name } + [host]
    return ["\(name): \(host.state.rawValue)"]
  }

  private mutating func place(_ name: String, _ values: [String: String], keep: Bool) throws -> [String] {
    var request = PlacementRequest(spec: .sample(name))
    for (key, value) in values {
      switch key {
      case "vcpus": request.spec.vcpus = try #require(Int(value))
      case "memory": request.spec.memory = try Memory(parsing: value)
      case "disk": request.spec.disks[0].size = try Memory(parsing: value)
      case "bridge": request.spec.nics = [NICSpec(source: .bridge(value))]
      case "machine": request.spec.machine = value
      case "accelerate": request.spec.acceleration = try #require(AccelerationWish(rawValue: value))
      case "on": request.host = value
      case "policy": request.policy = try #require(PlacementPolicy(rawValue: value))
      default: throw FleetError(.invalid, "no VM key \(key)")
      }
    }
    let decision = Placement.decide(request, on: hosts)
    if keep, let chosen = decision.host, let index = hosts.firstIndex(where: { $0.name == chosen }),
      case .admitted(let after) = hosts[index].adding(request.spec.reservation)
    {
      hosts[index] = after
      placed[name] = (chosen, request.spec.reservation)
    }
    return ["-> \(decision.host ?? decision.failure(for: name)?.message ?? "")"]
      + decision.refused.map { "\($0.host): \($0.rule): \($0.detail)" }
  }

  private mutating func remove(_ name: String) throws -> [String] {
    let entry = placed.removeValue(forKey: name)
    let (host, reservation) = try #require(entry)
    let index = try #require(hosts.firstIndex { $0.name == host })
    hosts[index].reserved.vcpus -= reservation.vcpus
    hosts[index].reserved.memory = hosts[index].reserved.memory - reservation.memory
    hosts[index].reserved.disk = hosts[index].reserved.disk - reservation.disk
    hosts[index].vmCount -= 1
    return ["\(name) is gone from \(host)"]
  }
}
