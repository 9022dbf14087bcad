/// The policy of all placements of a fleet.
package struct PlacementPolicy: Hashable, Sendable {
  /// Rules between VMs.
  package var rules: [PlacementRule]
  /// How many hosts may fail at once while the others can take their VMs; 0 for no requirement.
  package var survive: Int
  /// Weights of scorers by name, replacing the built-in ones; a negative weight counts as 0.
  package var weights: [String: Double]
  /// The strategy of a placement that names none.
  package var strategy: PlacementStrategy

  /// Makes a policy; the default requires nothing.
  package init(
    rules: [PlacementRule] = [], survive: Int = 0, weights: [String: Double] = [:],
    strategy: PlacementStrategy = .spread
  ) {
    self.rules = rules
    self.survive = survive
    self.weights = weights
    self.strategy = strategy
  }
}

extension PlacementPolicy {
  /// The most rules of a fleet.
  package static let ruleLimit = 10_000

  /// Returns the policy if every part is in range.
  /// - Parameter scorers: the names that weights may have.
  /// - Throws: ``FleetError`` with code `invalid`.
  package func validated(scorers: [String]) throws(FleetError) {
    guard (0...2).contains(survive) else {
      throw FleetError(.invalid, "survive is \(survive)", hint: "survive is 0, 1 or 2")
    }
    guard rules.count <= Self.ruleLimit else {
      throw FleetError(.invalid, "\(rules.count) rules are more than \(Self.ruleLimit)")
    }
    for rule in rules {
      try NameRule.checked(rule.group, of: "group")
      if let label = rule.label, label.isEmpty || label.utf8.count > 255 {
        throw FleetError(.invalid, "\"\(label.printable)\" is not a label")
      }
    }
    for (name, weight) in weights {
      guard scorers.contains(name) else {
        throw FleetError(
          .invalid, "there is no scorer \"\(name.printable)\"",
          hint: "the scorers are \(scorers.joined(separator: ", "))")
      }
      guard (0...1000).contains(weight) else {
        throw FleetError(.invalid, "the weight of \(name) is a number from 0 to 1000")
      }
    }
  }
}

/// A rule about the placement of one group's VMs relative to each other.
package struct PlacementRule: Hashable, Sendable, Encodable {
  /// The requirement of a rule.
  package enum Kind: String, Hashable, Sendable, CaseIterable, Word {
    /// No two of the group in one place.
    case apart
    /// All of the group in one place.
    case together
    /// As evenly over the places as possible. Always soft: a hard limit on the difference between places could make an
    /// added place without room refuse what fitted before.
    case spread
  }

  /// The requirement.
  package var kind: Kind
  /// The group to which it applies.
  package var group: String
  /// The label whose values are the places; nil if each host is a place.
  package var label: String?
  /// True if it only affects scores; false if it refuses a host that breaks it.
  package var isSoft: Bool

  private enum CodingKeys: String, CodingKey {
    case kind, group, label
    case isSoft = "soft"
  }

  /// Makes a rule; one of the kind `spread` is always soft.
  package init(_ kind: Kind, _ group: String, by label: String? = nil, isSoft: Bool = false) {
    self.kind = kind
    self.group = group
    self.label = label
    self.isSoft = isSoft || kind == .spread
  }
}

extension PlacementRule: Decodable {
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try fields.decode(Kind.self, forKey: .kind), try fields.decode(String.self, forKey: .group),
      by: try fields.decodeIfPresent(String.self, forKey: .label),
      isSoft: try fields.decode(Bool.self, forKey: .isSoft))
  }
}

/// How a placement chooses among the hosts that fit. Files, flags and messages name it `policy` or `aim`.
package enum PlacementStrategy: String, Hashable, Sendable, CaseIterable {
  /// Even use: prefers the host with the most room left.
  case spread
  /// Few hosts in use: prefers the host with the least room left.
  case pack
  /// Even use with a usable rest: avoids a host left with memory but no CPUs, or the other way round.
  case balanced
  /// Few hosts powered: as `pack`, with hosts without VMs last.
  case power
}
