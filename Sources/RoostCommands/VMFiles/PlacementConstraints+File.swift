internal import Fleet
internal import Yams

extension PlacementConstraints {
  /// The keys of a VM's constraints, in a fleet file and in a VM file.
  static let fileKeys = [
    "group", "groups", "require", "avoid", "pinned", "devices", "pools", "cpu_model", "huge_page", "one_cell", "vlans",
    "needs",
  ]

  /// Reads the constraints of a VM from a fleet file or a VM file.
  init(_ fields: YAMLFields) throws(FleetError) {
    let isDefault = try fields.text("huge_page") == "default"
    self.init(
      require: try Self.labels("require", fields), avoid: try Self.labels("avoid", fields),
      groups: Set(try fields.texts("groups") ?? []).union(try fields.texts("group") ?? []),
      hugePage: isDefault ? nil : try fields.size("huge_page"), usesDefaultHugePages: isDefault,
      oneCell: try fields.flag("one_cell") ?? false,
      cpuModel: try fields.text("cpu_model"), isPinned: try fields.flag("pinned") ?? false)
    for text in try fields.texts("vlans") ?? [] {
      guard let vlan = Int(text, radix: 10) else { throw fields.error("vlans", "vlans is a list of numbers") }
      vlans.insert(vlan)
    }
    for text in try fields.texts("needs") ?? [] {
      let words = text.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let name = words.first, let which = words.last, let kind = HostNeed.Kind(rawValue: name)
      else {
        throw fields.error("needs", "needs: \(text.printable) is not a kind and which one, such as tpm emulator")
      }
      needs.insert(HostNeed(kind, which, for: "it"))
    }
    for (kind, value) in try fields.pairs("devices") {
      guard let count = value.scalar.flatMap({ Int($0.string, radix: 10) }), (0...10_000).contains(count) else {
        throw fields.error("devices", "devices: \(kind.printable) is a whole number")
      }
      devices[kind] = count
    }
    for (name, value) in try fields.pairs("pools") {
      let text = value.scalar?.string ?? ""
      pools[name] = try fields.located("pools") { () throws(FleetError) in try ByteCount(parsing: text) }
    }
    do {
      try validated()
    } catch {
      throw fields.error("name", error.message, hint: error.hint)
    }
  }

  /// Labels with their accepted values: one, a list, or none for any.
  private static func labels(_ key: String, _ fields: YAMLFields) throws(FleetError) -> [String: Set<String>] {
    var labels: [String: Set<String>] = [:]
    for (name, value) in try fields.pairs(key) {
      switch value {
      case .scalar(let scalar): labels[name] = scalar.string.isEmpty ? [] : [scalar.string]
      case .sequence(let items): labels[name] = Set(items.compactMap { $0.scalar?.string })
      case .mapping, .alias: throw fields.error(key, "\(key): \(name.printable) has a word or a list of words")
      }
    }
    return labels
  }
}
