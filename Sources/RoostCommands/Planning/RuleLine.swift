internal import Fleet
internal import Scheduling
internal import Yams

/// One rule of a ``FleetFile``, such as `{apart: web}` or `{apart_by: {group: web, label: rack}}`.
enum RuleLine {
  private static let kinds: [(key: String, kind: PlacementRule.Kind, hasLabel: Bool)] = [
    ("apart", .apart, false), ("together", .together, false), ("spread", .spread, false), ("apart_by", .apart, true),
    ("together_by", .together, true), ("spread_by", .spread, true),
  ]

  /// The rules of a list.
  static func rules(_ nodes: [Node], _ file: String) throws(FleetError) -> [PlacementRule] {
    var rules: [PlacementRule] = []
    for node in nodes { rules.append(try rule(node, file)) }
    return rules
  }

  private static func rule(_ node: Node, _ file: String) throws(FleetError) -> PlacementRule {
    let fields = try YAMLFields(node, of: "a rule", known: kinds.map(\.key) + ["soft"], in: file)
    let said = kinds.filter { fields.node($0.key) != nil }
    guard said.count == 1, let (key, kind, hasLabel) = said.first else {
      throw fields.error("soft", "a rule says one of \(kinds.map(\.key).joined(separator: ", "))")
    }
    let isSoft = try fields.flag("soft") ?? false
    guard hasLabel, let inner = fields.node(key) else {
      return PlacementRule(kind, try fields.requiredText(key), isSoft: isSoft)
    }
    let place = try YAMLFields(inner, of: key, known: ["group", "label"], in: file)
    return PlacementRule(
      kind, try place.requiredText("group"), by: try place.requiredText("label"), isSoft: isSoft)
  }
}
