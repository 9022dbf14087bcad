public import Fleet
public import RoostProto

extension PlacementConstraints: MessageDecodable {
  public init(_ message: Roost_V1_PlacementConstraints, at path: FieldPath) throws(FleetError) {
    self.init(
      require: message.require.mapValues { Set($0.values) }, avoid: message.avoid.mapValues { Set($0.values) },
      groups: Set(message.groups), devices: message.devices.mapValues { Int(clamping: $0) },
      usesDefaultHugePages: message.defaultHugePages, oneCell: message.oneCell,
      cpuModel: message.cpuModel.isEmpty ? nil : message.cpuModel, vlans: Set(message.vlans.map { Int(clamping: $0) }),
      isPinned: message.pinned)
    for (name, bytes) in message.pools { pools[name] = try path.memory(bytes, "pools[\(name.printable)]") }
    needs = Set(try path.list(message.needs, "needs"))
    if message.hugePageBytes > 0 { hugePage = try path.memory(message.hugePageBytes, "huge_page_bytes") }
  }

  /// The constraints as the wire carries them.
  public var message: Roost_V1_PlacementConstraints {
    var result = Roost_V1_PlacementConstraints()
    result.require = require.mapValues(Self.values)
    result.avoid = avoid.mapValues(Self.values)
    result.groups = groups.sorted()
    result.pools = pools.mapValues { UInt64(clamping: $0.bytes) }
    result.devices = devices.mapValues { UInt32(clamping: $0) }
    result.hugePageBytes = UInt64(clamping: hugePage?.bytes ?? 0)
    result.defaultHugePages = usesDefaultHugePages
    result.oneCell = oneCell
    result.cpuModel = cpuModel ?? ""
    result.vlans = vlans.map { UInt32(clamping: $0) }.sorted()
    result.pinned = isPinned
    result.needs = needs.sorted { ($0.kind.rawValue, $0.value, $0.subject) < ($1.kind.rawValue, $1.value, $1.subject) }
      .map(\.message)
    return result
  }

  private static func values(_ values: Set<String>) -> Roost_V1_LabelValues {
    var result = Roost_V1_LabelValues()
    result.values = values.sorted()
    return result
  }
}
