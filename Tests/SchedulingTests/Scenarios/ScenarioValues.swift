import Fleet
import FleetTestKit
import Scheduling
import Testing

/// The words `key=value` of a command.
struct ScenarioValues {
  let pairs: [(String, String)]

  init(_ words: [String]) {
    pairs = words.filter { $0.contains("=") }.map { word in
      (String(word.prefix { $0 != "=" }), String(word.drop { $0 != "=" }.dropFirst()))
    }
  }

  func text(_ key: String) -> String? { pairs.first { $0.0 == key }?.1 }

  func int(_ key: String) throws -> Int? { try text(key).map { try #require(Int($0)) } }

  /// The pairs whose keys begin so, without that beginning.
  func all(_ prefix: String) -> [(String, String)] {
    pairs.filter { $0.0.hasPrefix(prefix) }.map { (String($0.0.dropFirst(prefix.count)), $0.1) }
  }

  /// The VM that the words describe.
  func request(_ name: String) throws -> PlacementRequest {
    var request = PlacementRequest(spec: .sample(name))
    for (key, value) in pairs {
      switch key {
      case "vcpus": request.spec.vcpus = try #require(Int(value))
      case "memory": request.spec.memory = try ByteCount(parsing: value)
      case "disk": request.spec.disks[0].size = try ByteCount(parsing: value)
      case "bridge": request.spec.nics = [NICSpec(source: .bridge(value))]
      case "network": request.spec.nics = [NICSpec(source: .network(value))]
      case "machine": request.spec.machine = value
      case "arch": request.spec.architecture = value
      case "accelerate": request.spec.acceleration = try #require(AccelerationPreference(rawValue: value))
      case "on": request.host = value
      case "policy": request.strategy = try #require(PlacementStrategy(rawValue: value))
      case "group": request.constraints.groups = Set(value.split(separator: ",").map(String.init))
      case "page": request.constraints.hugePage = try ByteCount(parsing: value)
      case "cell": request.constraints.oneCell = value == "one"
      case "cpu": request.constraints.cpuModel = value
      case "vlan": request.constraints.vlans = Set([value].compactMap { Int($0) })
      case "tied", "state", "dirty", "survive", "like", "mode", "moves", "parallel": break
      default: try constrain(&request.constraints, key, value)
      }
    }
    return request
  }

  private func constrain(_ wanted: inout PlacementConstraints, _ key: String, _ value: String) throws {
    let name = String(key.drop { $0 != "." }.dropFirst())
    switch key.prefix(while: { $0 != "." }) {
    case "require": wanted.require[name] = value == "any" ? [] : Set(value.split(separator: ",").map(String.init))
    case "avoid": wanted.avoid[name] = value == "any" ? [] : Set(value.split(separator: ",").map(String.init))
    case "device": wanted.devices[name] = Int(value)
    case "pool": wanted.pools[name] = try ByteCount(parsing: value)
    default: throw FleetError(.invalid, "no VM key \(key)")
    }
  }
}
