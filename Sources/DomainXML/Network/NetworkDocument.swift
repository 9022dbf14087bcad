/// libvirt's `<network>` document.
///
/// Corresponds to https://libvirt.org/formatnetwork.html
public struct NetworkDocument: Hashable, Sendable {
  /// The network's name.
  public let name: String
  /// Its UUID; nil if it has none yet.
  public let uuid: String?
  /// How guests reach the world, such as `nat` or `bridge`; nil means they don't.
  public let forwardMode: String?
  /// The bridge on the host; nil if there is none or libvirt has not chosen it yet.
  public let bridge: String?
  /// The bridge's own hardware address; nil if absent or unreadable.
  public let mac: HardwareAddress?
  /// The networks of addresses it serves.
  public let subnets: [NetworkSubnet]
  /// The names of its port groups.
  public let portGroups: [String]

  /// Reads the document. Throws what ``MarkupDocument/init(parsing:)-(String)`` throws, `wrongRoot`, `missing`.
  public init(parsing text: String) throws(DomainXMLError) {
    let document = try MarkupDocument(parsing: text)
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
  public var allMACs: [HardwareAddress] {
    var seen: Set<HardwareAddress> = []
    return subnets.flatMap(\.hosts).compactMap(\.mac).filter { seen.insert($0).inserted }
  }
}
