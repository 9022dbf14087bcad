extension PlacementConstraints {
  /// How many entries each part may have.
  private static let limit = 64
  /// The most that a VM may take of a pool, in bytes.
  private static let poolLimit: Int64 = 1 << 50

  /// Refuses what nobody can mean.
  /// - Throws: ``FleetError`` with code `invalid`.
  public func validated() throws(FleetError) {
    for group in groups { try Name.checked(group, of: "group") }
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
        throw FleetError(.invalid, "\"\(text.printable)\" is no name of a label, a pool or a device")
      }
    }
    for (name, size) in pools where size.bytes > Self.poolLimit {
      throw FleetError(.invalid, "\(size) is more than a VM may take of pool \"\(name.printable)\", 1PiB")
    }
    for (kind, number) in devices where !(0...10_000).contains(number) {
      throw FleetError(.invalid, "\(number) of \(kind.printable) is no number of devices")
    }
    for vlan in vlans where !(1...4094).contains(vlan) {
      throw FleetError(.invalid, "\(vlan) is no VLAN", hint: "VLANs are numbered from 1 to 4094")
    }
    if let page = hugePage, page.bytes < 4096 || page.bytes & (page.bytes - 1) != 0 {
      throw FleetError(.invalid, "\(page) is no size of huge pages", hint: "write 2MiB or 1GiB")
    }
    if let cpuModel, cpuModel.isEmpty || cpuModel.utf8.count > 255 {
      throw FleetError(.invalid, "\"\(cpuModel.printable)\" is no CPU model")
    }
  }

  private static func check(_ count: Int, _ part: String) throws(FleetError) {
    guard count > limit else { return }
    throw FleetError(.invalid, "\(part) has \(count) entries, at most \(limit) will do")
  }
}
