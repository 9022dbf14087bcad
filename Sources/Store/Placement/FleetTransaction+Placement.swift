public import Fleet

extension FleetTransaction {
  /// Sets what the fleet asks of every placement.
  /// - Throws: ``FleetError`` with code `invalid` for what the schema refuses.
  public func setPlacementPolicy(_ policy: FleetPolicy) throws(FleetError) {
    let weights = try JSONText.encode(policy.weights)
    let rules = try JSONText.encode(policy.rules.map { RuleDocument($0) })
    try atomically(about: "the placement policy") { () throws(FleetError) in
      try change("DELETE FROM placement_policy", about: "the placement policy")
      try insert(
        into: "placement_policy",
        ["only": 1, "survive": policy.survive, "aim": policy.aim.rawValue, "weights": weights, "rules": rules],
        about: "the placement policy")
    }
  }
}
