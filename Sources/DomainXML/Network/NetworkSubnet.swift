/// One `<ip>` of a network.
public struct NetworkSubnet: Hashable, Sendable {
  /// Addresses that DHCP hands out, both ends included.
  public struct Range: Hashable, Sendable {
    /// The first address.
    public let start: String
    /// The last address.
    public let end: String
  }

  /// A guest that always gets the same address.
  public struct Host: Hashable, Sendable {
    /// The guest's hardware address; nil if the guest is known by name or client id.
    public let mac: HardwareAddress?
    /// The address it gets.
    public let address: String
    /// The name it gets; nil if none.
    public let name: String?
  }

  /// The host's own address in the subnet.
  public let address: String
  /// Such as `255.255.255.0`; nil if a prefix length is stated.
  public let netmask: String?
  /// The prefix length; nil if a netmask is stated.
  public let prefix: Int?
  /// What DHCP hands out; empty if it does not serve.
  public let ranges: [Range]
  /// The fixed ones.
  public let hosts: [Host]

  /// Reads `<ip>`; nil if it has no address.
  init?(_ element: MarkupElement) {
    guard let address = element.attribute("address") else { return nil }
    let dhcp = element.child(named: "dhcp")
    self.address = address
    netmask = element.attribute("netmask")
    prefix = element.number("prefix")
    ranges =
      dhcp?.children(named: "range").compactMap { range in
        guard let start = range.attribute("start"), let end = range.attribute("end") else { return nil }
        return Range(start: start, end: end)
      } ?? []
    hosts =
      dhcp?.children(named: "host").compactMap { host in
        guard let address = host.attribute("ip") else { return nil }
        let mac = host.attribute("mac").flatMap(HardwareAddress.init)
        return Host(mac: mac, address: address, name: host.attribute("name"))
      } ?? []
  }
}
