/// libvirt's `<network>` document.
///
/// Corresponds to https://libvirt.org/formatnetwork.html
package struct NetworkDocument: Hashable, Sendable {
  /// The network's name.
  package let name: String
  /// Its UUID; nil if it has none yet.
  package let uuid: String?
  /// How guests reach other networks, such as `nat` or `bridge`; nil if they can't.
  package let forwardMode: String?
  /// The bridge on the host; nil if there is none or libvirt has not chosen it yet.
  package let bridge: String?
  /// The bridge's own hardware address; nil if absent or unreadable.
  package let mac: HardwareAddress?
  /// The networks of addresses it serves.
  package let subnets: [NetworkSubnet]
  /// The names of its port groups.
  package let portGroups: [String]

  /// Reads the document. Throws what ``XMLDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`.
  package init(parsing text: String) throws(DomainXMLError) {
    let document = try XMLDocument(parsing: text)
    try document.checkRoot(["network"])
    let root = document.root
    guard let name = root.child(named: "name")?.trimmedText else {
      throw DomainXMLError(.missing, line: root.line, element: "name", "the network has no <name>")
    }
    self.name = name
    uuid = root.child(named: "uuid")?.trimmedText.flatMap(UUIDText.canonical)
    forwardMode = root.child(named: "forward").map { $0.attribute("mode") ?? "nat" }
    bridge = root.child(named: "bridge")?.attribute("name")
    mac = root.child(named: "mac")?.attribute("address").flatMap(HardwareAddress.init)
    subnets = root.children(named: "ip").compactMap(NetworkSubnet.init)
    portGroups = root.children(named: "portgroup").compactMap { $0.attribute("name") }
  }

  /// Every hardware address the network reserves an IP address for, each once.
  package var allMACs: [HardwareAddress] {
    var seen: Set<HardwareAddress> = []
    return subnets.flatMap(\.hosts).compactMap(\.mac).filter { seen.insert($0).inserted }
  }
}

/// One `<ip>` of a network.
package struct NetworkSubnet: Hashable, Sendable {
  /// Addresses that DHCP hands out, both ends included.
  package struct Range: Hashable, Sendable {
    /// The first address.
    package let start: String
    /// The last address.
    package let end: String
  }

  /// A guest that always gets the same address.
  package struct Host: Hashable, Sendable {
    /// The guest's hardware address; nil if the guest is known by name or client id.
    package let mac: HardwareAddress?
    /// The address it gets.
    package let address: String
    /// The name it gets; nil if none.
    package let name: String?
  }

  /// The host's own address in the subnet.
  package let address: String
  /// Such as `255.255.255.0`; nil if a prefix length is stated.
  package let netmask: String?
  /// The prefix length; nil if a netmask is stated.
  package let prefix: Int?
  /// What DHCP hands out; empty if it does not serve.
  package let ranges: [Range]
  /// The fixed ones.
  package let hosts: [Host]

  /// Reads `<ip>`; nil if it has no address.
  init?(_ element: XMLElement) {
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
