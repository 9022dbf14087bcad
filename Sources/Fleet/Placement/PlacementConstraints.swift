/// What a VM requires of a host beyond its spec.
package struct PlacementConstraints: Hashable, Sendable {
  /// Labels that the host must have, each with the accepted values; an empty set accepts any value.
  package var require: [String: Set<String>]
  /// Labels that the host must not have, each with the refused values; an empty set refuses any value.
  package var avoid: [String: Set<String>]
  /// The groups it belongs to, to which ``PlacementRule`` applies.
  package var groups: Set<String>
  /// Space it takes of storage pools, by their names, within its reservation of disk.
  package var pools: [String: ByteCount]
  /// Devices it takes, by kind, such as `gpu`.
  package var devices: [String: Int]
  /// The size of the huge pages that back its memory, or nil for ordinary memory.
  package var hugePage: ByteCount?
  /// True if huge pages of each host's default size back its memory; ``hugePage`` takes precedence.
  package var usesDefaultHugePages: Bool
  /// True if its CPUs and memory must fit into one NUMA cell.
  package var oneCell: Bool
  /// The CPU model its guest sees, or nil for any.
  package var cpuModel: String?
  /// VLANs that must reach the host.
  package var vlans: Set<Int>
  /// True if it stays on its host: no plan moves it, and it ends with that host.
  package var isPinned: Bool
  /// What its domain document requires of the host.
  package var needs: Set<HostNeed>

  /// Makes constraints; the defaults require nothing.
  package init(
    require: [String: Set<String>] = [:], avoid: [String: Set<String>] = [:], groups: Set<String> = [],
    pools: [String: ByteCount] = [:], devices: [String: Int] = [:], hugePage: ByteCount? = nil,
    usesDefaultHugePages: Bool = false, oneCell: Bool = false, cpuModel: String? = nil, vlans: Set<Int> = [],
    isPinned: Bool = false, needs: Set<HostNeed> = []
  ) {
    self.require = require
    self.avoid = avoid
    self.groups = groups
    self.pools = pools
    self.devices = devices
    self.hugePage = hugePage
    self.usesDefaultHugePages = usesDefaultHugePages
    self.oneCell = oneCell
    self.cpuModel = cpuModel
    self.vlans = vlans
    self.isPinned = isPinned
    self.needs = needs
  }

  /// The size of huge pages that a host with such pages must provide; nil for ordinary memory.
  package func hugePage(of pages: [HugePages]) -> ByteCount? {
    hugePage ?? (usesDefaultHugePages ? pages.defaultSize : nil)
  }

  /// True if nothing is required.
  package var isEmpty: Bool { self == PlacementConstraints() }
}

/// Sets in order, so that equal constraints are equal text.
extension PlacementConstraints: Codable {
  private enum CodingKeys: String, CodingKey {
    case require, avoid, groups, pools, devices, hugePage, oneCell, cpuModel, vlans, needs
    case usesDefaultHugePages = "defaultHugePages"
    case isPinned = "pinned"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      require: try fields.decode([String: Set<String>].self, forKey: .require),
      avoid: try fields.decode([String: Set<String>].self, forKey: .avoid),
      groups: try fields.decode(Set<String>.self, forKey: .groups),
      pools: try fields.decode([String: ByteCount].self, forKey: .pools),
      devices: try fields.decode([String: Int].self, forKey: .devices),
      hugePage: try fields.decodeIfPresent(ByteCount.self, forKey: .hugePage),
      usesDefaultHugePages: try fields.decodeIfPresent(Bool.self, forKey: .usesDefaultHugePages) ?? false,
      oneCell: try fields.decode(Bool.self, forKey: .oneCell),
      cpuModel: try fields.decodeIfPresent(String.self, forKey: .cpuModel),
      vlans: try fields.decode(Set<Int>.self, forKey: .vlans),
      isPinned: try fields.decode(Bool.self, forKey: .isPinned),
      needs: Set((try fields.decodeIfPresent([KnownNeed].self, forKey: .needs) ?? []).compactMap(\.need)))
  }

  /// Writes the constraints with their sets in order.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(require.mapValues { $0.sorted() }, forKey: .require)
    try fields.encode(avoid.mapValues { $0.sorted() }, forKey: .avoid)
    try fields.encode(groups.sorted(), forKey: .groups)
    try fields.encode(pools, forKey: .pools)
    try fields.encode(devices, forKey: .devices)
    try fields.encodeIfPresent(hugePage, forKey: .hugePage)
    if usesDefaultHugePages { try fields.encode(true, forKey: .usesDefaultHugePages) }
    try fields.encode(oneCell, forKey: .oneCell)
    try fields.encodeIfPresent(cpuModel, forKey: .cpuModel)
    try fields.encode(vlans.sorted(), forKey: .vlans)
    try fields.encode(isPinned, forKey: .isPinned)
    let sorted = needs.sorted { ($0.kind.rawValue, $0.value, $0.subject) < ($1.kind.rawValue, $1.value, $1.subject) }
    try fields.encode(sorted, forKey: .needs)
  }

  /// A need; nil for one of a kind that only another version knows.
  private struct KnownNeed: Decodable {
    let need: HostNeed?

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: HostNeed.CodingKeys.self)
      let kind = HostNeed.Kind(rawValue: try fields.decode(String.self, forKey: .kind))
      let value = try fields.decode(String.self, forKey: .value)
      let subject = try fields.decode(String.self, forKey: .subject)
      need = kind.map { HostNeed($0, value, for: subject) }
    }
  }
}

extension PlacementConstraints {
  /// The most entries of each part.
  private static let limit = 64
  /// The most that a VM may take of a pool, in bytes.
  private static let poolLimit: Int64 = 1 << 50

  /// Returns the constraints if every part is in range.
  /// - Throws: ``FleetError`` with code `invalid`.
  package func validated() throws(FleetError) {
    for group in groups { try NameRule.checked(group, of: "group") }
    try Self.check(groups.count, "groups")
    try Self.check(pools.count, "pools")
    try Self.check(devices.count, "devices")
    try Self.check(vlans.count, "vlans")
    guard needs.count <= 256 else {
      throw FleetError(.invalid, "\(needs.count) things are asked of the host, at most 256 will do")
    }
    for need in needs { try need.checked() }
    for (part, labels) in [("require", require), ("avoid", avoid)] {
      try Self.check(labels.count, part)
      for values in labels.values { try Self.check(values.count, part) }
    }
    let names: [String] = require.keys.sorted() + avoid.keys.sorted() + pools.keys.sorted() + devices.keys.sorted()
    for text in names {
      guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(0) else {
        throw FleetError(.invalid, "\"\(text.printable)\" is not a valid name of a label, a pool or a device")
      }
    }
    for (name, size) in pools where size.bytes > Self.poolLimit {
      throw FleetError(.invalid, "\(size) is more than a VM may take of pool \"\(name.printable)\", 1PiB")
    }
    for (kind, number) in devices where !(0...10_000).contains(number) {
      throw FleetError(.invalid, "\(number) of \(kind.printable) is not a number of devices")
    }
    for vlan in vlans where !(1...4094).contains(vlan) {
      throw FleetError(.invalid, "\(vlan) is not a VLAN", hint: "VLANs are numbered from 1 to 4094")
    }
    if let page = hugePage, page.bytes < 4096 || page.bytes & (page.bytes - 1) != 0 {
      throw FleetError(.invalid, "\(page) is not a size of huge pages", hint: "write 2MiB or 1GiB")
    }
    if let cpuModel, cpuModel.isEmpty || cpuModel.utf8.count > 255 {
      throw FleetError(.invalid, "\"\(cpuModel.printable)\" is not a CPU model")
    }
  }

  private static func check(_ count: Int, _ part: String) throws(FleetError) {
    guard count > limit else { return }
    throw FleetError(.invalid, "\(part) has \(count) entries, at most \(limit) will do")
  }
}
