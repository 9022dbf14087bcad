/// What a network interface is plugged into.
public enum NICSource: Hashable, Sendable {
  /// A libvirt network, by name.
  case network(String)
  /// A Linux bridge of the host, by name.
  case bridge(String)

  /// The name without its kind.
  public var name: String {
    switch self {
    case .network(let name), .bridge(let name): name
    }
  }
}

extension NICSource: CustomStringConvertible {
  /// Such as `network "default"`.
  public var description: String {
    switch self {
    case .network(let name): "network \"\(name)\""
    case .bridge(let name): "bridge \"\(name)\""
    }
  }
}
