extension FleetPolicy {
  /// How many rules a fleet may have.
  public static let ruleLimit = 10_000

  /// Refuses what nobody can mean.
  /// - Parameter scorers: the names that weights may have.
  /// - Throws: ``FleetError`` with code `invalid`.
  public func validated(scorers: [String]) throws(FleetError) {
    guard (0...2).contains(survive) else {
      throw FleetError(.invalid, "survive is \(survive)", hint: "survive is 0, 1 or 2")
    }
    guard rules.count <= Self.ruleLimit else {
      throw FleetError(.invalid, "\(rules.count) rules are more than \(Self.ruleLimit)")
    }
    for rule in rules {
      try Name.checked(rule.group, of: "group")
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
