internal import Fleet

extension PlacementConstraints {
  /// The constraints as JSON and YAML have them: only keys with a value, named as in a file.
  var outputValue: OutputValue {
    var entries: [OutputValue.Entry] = []
    func add(_ key: String, _ value: OutputValue, if says: Bool) {
      if says { entries.append(OutputValue.Entry(key: key, value: value)) }
    }
    add("groups", .texts(groups.sorted()), if: !groups.isEmpty)
    add("require", Self.outputValue(require), if: !require.isEmpty)
    add("avoid", Self.outputValue(avoid), if: !avoid.isEmpty)
    add("pinned", .flag(true), if: isPinned)
    add(
      "devices", .object(devices.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .count($0.value)) }),
      if: !devices.isEmpty)
    add(
      "pools", .object(pools.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .bytes($0.value)) }),
      if: !pools.isEmpty)
    add("cpu_model", .text(cpuModel ?? ""), if: cpuModel != nil)
    add("huge_page", hugePage.map { .bytes($0) } ?? .text("default"), if: hugePage != nil || usesDefaultHugePages)
    add("one_cell", .flag(true), if: oneCell)
    add("vlans", .list(vlans.sorted().map { .count($0) }), if: !vlans.isEmpty)
    add("needs", .texts(needTexts), if: !needs.isEmpty)
    return .object(entries)
  }

  /// A line for each constraint.
  var lines: [Detail.Line] {
    var lines: [Detail.Line] = []
    func add(_ title: String, _ texts: [String]) {
      if !texts.isEmpty { lines.append(.field(title, .init(texts.joined(separator: ", ")))) }
    }
    add("groups", groups.sorted())
    add("require", Self.texts(require))
    add("avoid", Self.texts(avoid))
    add("pinned", isPinned ? ["to its host"] : [])
    add("devices", devices.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" })
    add("pools", pools.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key)" })
    add("cpu model", [cpuModel].compactMap { $0 })
    add("huge pages", hugePage.map { ["of \($0)"] } ?? (usesDefaultHugePages ? ["of the host's default size"] : []))
    add("numa", oneCell ? ["one cell"] : [])
    add("vlans", vlans.sorted().map(String.init))
    add("needs", needTexts)
    return lines
  }

  /// Each need as its kind and value.
  private var needTexts: [String] { Set(needs.map { "\($0.kind.rawValue) \($0.value)" }).sorted() }

  private static func outputValue(_ labels: [String: Set<String>]) -> OutputValue {
    .object(labels.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .texts($0.value.sorted())) })
  }

  private static func texts(_ labels: [String: Set<String>]) -> [String] {
    labels.sorted { $0.key < $1.key }.flatMap { label, values in
      values.isEmpty ? [label] : values.sorted().map { "\(label)=\($0)" }
    }
  }
}
