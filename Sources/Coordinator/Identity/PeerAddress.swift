/// Where a call comes from, without its port: `ipv4:10.0.0.7:4711` is `10.0.0.7`, `ipv6:[fe80::1]:4711` is `fe80::1`.
enum PeerAddress {
  /// The address in a transport's name of a peer.
  static func host(of peer: String) -> String {
    if peer.hasPrefix("ipv4:") {
      return String(peer.dropFirst(5).prefix { $0 != ":" })
    }
    if peer.hasPrefix("ipv6:") {
      return String(peer.dropFirst(5).prefix { $0 != "]" }.drop { $0 == "[" })
    }
    return peer.hasPrefix("unix:") ? "the local socket" : peer
  }
}
