/// Which interfaces a MAC pool serves.
public enum MACPoolSelector: Hashable, Sendable {
  /// Those on a libvirt network or bridge of that name.
  case network(String)
  /// Those of VMs with a label.
  case label(key: String, value: String)
  /// All that no other pool serves.
  case fleet
}

extension MACPoolSelector: CustomStringConvertible {
  /// Such as `network br0`, `label tier=front` or `the fleet`.
  public var description: String {
    switch self {
    case .network(let name): "network \(name)"
    case .label(let key, let value): "label \(key)=\(value)"
    case .fleet: "the fleet"
    }
  }
}
