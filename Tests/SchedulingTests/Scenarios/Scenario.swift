import Fleet
import FleetTestKit
import Scheduling
import Testing

/// A story of a fleet in text: a paragraph that says what it is about, then blocks of a command, a line `----` and
/// what the command prints.
///
/// Commands about the fleet: `host NAME key=value…` adds a host or changes one, `vm NAME on=HOST key=value…` puts a
/// VM there without asking, `rule KIND GROUP [by=LABEL] [soft=true]` and `policy key=value…` set what holds,
/// `remove NAME` takes a VM off its host, `hosts` prints what is reserved. Questions: `place NAME key=value…` decides
/// and puts the VM on the chosen host, `ask` only decides, and so do `fit`, `balance`, `drain HOST`,
/// `batch NAME:VCPUS:MEMORY…` and `order VM>HOST…`.
struct Scenario {
  var hosts: [HostSnapshot] = []
  var policy = PlacementPolicy()

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
    let values = ScenarioValues(words)
    switch words[0] {
    case "host": return try host(words[1], values)
    case "vm": return try packedVM(words[1], values)
    case "rule":
      let kind = try #require(PlacementRule.Kind(rawValue: words[1]))
      policy.rules.append(PlacementRule(kind, words[2], by: values.text("by"), isSoft: values.text("soft") == "true"))
      return []
    case "policy":
      policy.survive = try values.int("survive") ?? policy.survive
      for (name, weight) in values.all("weight.") { policy.weights[name] = Double(weight) }
      return []
    case "place", "ask": return try place(words[1], values, keep: words[0] == "place")
    case "remove": return try remove(words[1])
    case "hosts":
      return hosts.map { host in
        let reserved = host.reserved
        return "\(host.name): \(reserved.vcpus) vCPUs, \(reserved.memory), \(reserved.disk), \(host.vmCount) VMs"
      }
    case "fit": return try fit(values)
    case "balance": return try balance(values)
    case "drain": return drain(words[1])
    case "batch": return try batch(Array(words.dropFirst()), values)
    case "order": return order(Array(words.dropFirst()))
    default: throw FleetError(.invalid, "no command \(words[0])")
    }
  }

  private mutating func host(_ name: String, _ values: ScenarioValues) throws -> [String] {
    var host = hosts.first { $0.name == name } ?? .sample(name)
    for (key, value) in values.pairs {
      switch key {
      case "vcpus": host.capacity?.vcpus = try #require(Int(value))
      case "memory": host.capacity?.memory = try ByteCount(parsing: value)
      case "reserve": host.capacity?.reservedMemory = try ByteCount(parsing: value)
      case "disk": host.capacity?.disk = try ByteCount(parsing: value)
      case "ratio": host.capacity?.cpuRatio = try #require(Double(value))
      case "bridges": host.bridges = Set(value.split(separator: ",").map(String.init))
      case "network": host.networks[0].isActive = value == "on"
      case "networks":
        host.networks = value.split(separator: ",").map {
          HostNetwork(name: String($0), bridge: String($0), isActive: true, autostart: true)
        }
      case "kvm": host.kvmUsable = value == "yes"
      case "arch": host.emulators[0].architecture = value
      case "space": host.freePoolSpace = try ByteCount(parsing: value)
      case "state": host.state = try #require(HostState(rawValue: value))
      case "age": (host.isCurrent, host.dataAgeSeconds) = (false, Double(value))
      case "silent": host.capacity = nil
      default: try trait(key, value, &host)
      }
    }
    hosts = hosts.filter { $0.name != name } + [host]
    return ["\(name): \(host.state.rawValue)"]
  }

  private func trait(_ key: String, _ value: String, _ host: inout HostSnapshot) throws {
    let name = String(key.drop { $0 != "." }.dropFirst())
    switch key.prefix(while: { $0 != "." }) {
    case "rack", "power", "ssd": host.labels[key] = value
    case "device": host.traits.devices[name] = .init(total: try #require(Int64(value)))
    case "pool": host.traits.pools[name] = .init(total: try ByteCount(parsing: value).bytes)
    case "pages":
      let count = try #require(Int(value))
      host.traits.hugePages = [HugePages(pageSize: .mebibytes(2), total: count, free: count)]
    case "cells":
      let parts = value.split(separator: "x").map(String.init)
      let cpus = try #require(Int(parts[1]))
      host.traits.cells = try (0..<(try #require(Int(parts[0])))).map {
        NUMACell(id: $0, memory: try ByteCount(parsing: parts[2]), cpus: Array(0..<cpus))
      }
    case "cpus": host.traits.cpuModels = Set(value.split(separator: ",").map(String.init))
    case "qemu": host.traits.qemuVersion = value
    case "shared": host.traits.sharedPools = Set(value.split(separator: ",").map(String.init))
    case "vlans": host.traits.vlans = Set(value.split(separator: ",").compactMap { Int($0) })
    case "load": host.traits.load = Double(value)
    case "loadage": host.traits.loadAgeSeconds = try #require(Double(value))
    default: throw FleetError(.invalid, "no host key \(key)")
    }
  }

  private mutating func packedVM(_ name: String, _ values: ScenarioValues) throws -> [String] {
    var vm = PlacedVM(try values.request(name))
    let home = try #require(vm.request.host)
    if values.text("tied") == nil { vm.request.host = nil }
    vm.isRunning = values.text("state") != "stopped"
    vm.dirtyBytesPerSecond = try values.text("dirty").map { try ByteCount(parsing: $0).bytes } ?? 0
    let index = try #require(hosts.firstIndex { $0.name == home })
    hosts[index].reserved += vm.request.spec.reservation
    hosts[index].vmCount += 1
    hosts[index].vms.append(vm)
    return []
  }

  private mutating func place(_ name: String, _ values: ScenarioValues, keep: Bool) throws -> [String] {
    let request = try values.request(name)
    let decision = Placement.decide(request, on: hosts, under: policy)
    if keep, let chosen = decision.host, let index = hosts.firstIndex(where: { $0.name == chosen }),
      case .admitted(let after) = hosts[index].adding(PlacedVM(request))
    {
      hosts[index] = after
    }
    return ["-> \(decision.host ?? decision.failure(for: name)?.message ?? "")"]
      + decision.refused.map { "\($0.host): \($0.rule): \($0.detail)" }
  }

  private mutating func remove(_ name: String) throws -> [String] {
    let index = try #require(hosts.firstIndex { host in host.vms.contains { $0.name == name } })
    hosts[index] = hosts[index].removing(name)
    return ["\(name) is gone from \(hosts[index].name)"]
  }
}
