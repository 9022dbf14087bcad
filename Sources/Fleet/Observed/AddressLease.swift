/// An address that a guest's NIC is known by.
public struct AddressLease: Hashable, Sendable {
  /// The NIC.
  public var mac: MACAddress
  /// The address.
  public var ip: String
  /// How it is known: `lease`, `agent` or `arp`.
  public var source: String

  /// Makes the value.
  public init(mac: MACAddress, ip: String, source: String) {
    self.mac = mac
    self.ip = ip
    self.source = source
  }
}
