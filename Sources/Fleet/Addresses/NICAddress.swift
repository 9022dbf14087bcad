/// An IP address that an interface is known by.
public struct NICAddress: Hashable, Sendable {
  /// The address.
  public var ip: String
  /// How it is known: `lease`, `agent` or `arp`.
  public var source: String

  /// Makes an address.
  public init(ip: String, source: String) {
    self.ip = ip
    self.source = source
  }
}
