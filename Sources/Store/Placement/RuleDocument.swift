internal import Fleet

/// A placement rule as the database keeps it.
struct RuleDocument: Codable {
  let kind: String
  let group: String
  let label: String?
  let soft: Bool

  init(_ rule: PlacementRule) {
    kind = rule.kind.rawValue
    group = rule.group
    label = rule.label
    soft = rule.isSoft
  }

  func value() throws(FleetError) -> PlacementRule {
    guard let kind = PlacementRule.Kind(rawValue: kind) else {
      throw .unreadable("rules", of: "the placement policy", "\"\(kind)\" is not known")
    }
    return PlacementRule(kind, group, by: label, isSoft: soft)
  }
}
