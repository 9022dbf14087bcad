/// What holds for every placement of a fleet.
package struct PlacementPolicy: Hashable, Sendable {
  /// Rules between VMs.
  package var rules: [PlacementRule]
  /// How many hosts may fail at once with the rest able to take their VMs; 0 asks for nothing.
  package var survive: Int
  /// Weights of scorers by name, in place of the built-in ones; below zero counts as zero.
  package var weights: [String: Double]
  /// What a placement aims for that says nothing of its own.
  package var aim: PlacementStrategy

  /// Makes a policy; the default asks for nothing.
  package init(
    rules: [PlacementRule] = [], survive: Int = 0, weights: [String: Double] = [:], aim: PlacementStrategy = .spread
  ) {
    self.rules = rules
    self.survive = survive
    self.weights = weights
    self.aim = aim
  }
}

extension PlacementPolicy {
  /// How many rules a fleet may have.
  package static let ruleLimit = 10_000

  /// Refuses what nobody can mean.
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
        throw FleetError(.invalid, "\"\(label.printable)\" is no label")
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

/// A rule about where the VMs of one group stand to each other.
package struct PlacementRule: Hashable, Sendable {
  /// What the rule asks for.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// No two of the group in one place.
    case apart
    /// All of the group in one place.
    case together
    /// As even over the places as can be. It only weighs: a hard limit on how far places may differ would let an
    /// added place without room refuse what fitted before.
    case spread
  }

  /// What the rule asks for.
  package var kind: Kind
  /// The group it speaks of.
  package var group: String
  /// The label whose values are the places; nil if each host is a place.
  package var label: String?
  /// True if it only weighs; false if a host that breaks it is refused.
  package var isSoft: Bool

  /// Makes a rule; one of the kind `spread` is always soft.
  package init(_ kind: Kind, _ group: String, by label: String? = nil, isSoft: Bool = false) {
    self.kind = kind
    self.group = group
    self.label = label
    self.isSoft = isSoft || kind == .spread
  }
}

/// What a placement aims for among the hosts that fit.
package enum PlacementStrategy: String, Hashable, Sendable, CaseIterable {
  /// Even use: the host with the most left wins.
  case spread
  /// Few hosts in use: the host with the least left wins.
  case pack
  /// Even use whose rest stays usable: a host left with memory but no CPUs, or the other way round, loses.
  case balanced
  /// Few hosts awake: as `pack`, and a host without VMs comes last.
  case power
}
