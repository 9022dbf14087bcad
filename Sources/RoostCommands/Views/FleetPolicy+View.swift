internal import Fleet

extension FleetPolicy {
  /// What stands under `policy` in a fleet file.
  var tree: Tree {
    .object([
      "survive": .count(survive), "aim": .text(aim.rawValue),
      "weights": .object(weights.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .number($0.value)) }),
    ])
  }

  /// The policy on one line.
  var sentence: String {
    "placements: survive \(survive), aim \(aim.rawValue), \(rules.count) \(rules.count == 1 ? "rule" : "rules")"
  }

  /// A line for each part, and for each rule.
  var lines: [Detail.Line] {
    let losses =
      survive == 0 ? "no loss of a host" : "the loss of any \(survive == 1 ? "one host" : "\(survive) hosts")"
    var lines: [Detail.Line] = [.field("survive", .init("\(survive) (\(losses))")), .field("aim", .init(aim.rawValue))]
    if !weights.isEmpty {
      let texts = weights.sorted { $0.key < $1.key }.map { "\($0.key)=\(Decision.short($0.value))" }
      lines.append(.field("weights", .init(texts.joined(separator: ", "))))
    }
    if !rules.isEmpty { lines += [.section("rules")] + rules.map { .text(.init($0.sentence)) } }
    return lines
  }
}

extension PlacementRule {
  /// The rule as a fleet file has it, such as `{apart: web}`.
  var tree: Tree {
    let key = label == nil ? kind.rawValue : "\(kind.rawValue)_by"
    let value: Tree = label.map { .object(["group": .text(group), "label": .text($0)]) } ?? .text(group)
    let entries = [Tree.Entry(key: key, value: value)]
    return .object(isSoft && kind != .spread ? entries + [.init(key: "soft", value: .flag(true))] : entries)
  }

  /// The rule in words, such as `web: apart by rack`.
  var sentence: String {
    let place = label.map { " by \($0)" } ?? ""
    return "\(group): \(kind.rawValue)\(place)\(isSoft && kind != .spread ? ", if it can be" : "")"
  }
}
