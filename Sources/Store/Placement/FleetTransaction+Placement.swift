package import Fleet

extension FleetTransaction {
  /// Sets the fleet's placement policy.
  /// - Throws: ``FleetError`` with code `invalid` for what the schema refuses.
  package func setPlacementPolicy(_ policy: PlacementPolicy) throws(FleetError) {
    let weights = try JSONText.encode(policy.weights)
    let rules = try JSONText.encode(policy.rules)
    try atomically(about: "the placement policy") { () throws(FleetError) in
      try change("DELETE FROM placement_policy", about: "the placement policy")
      try insert(
        into: "placement_policy",
        ["only": 1, "survive": policy.survive, "aim": policy.strategy.rawValue, "weights": weights, "rules": rules],
        about: "the placement policy")
    }
  }
}

extension FleetSnapshotReader {
  /// The fleet's placement policy; the default one unless it was set.
  package func placementPolicy() throws(FleetError) -> PlacementPolicy {
    guard let row = try row(of: "the placement policy", "SELECT * FROM placement_policy") else {
      return PlacementPolicy()
    }
    return PlacementPolicy(
      rules: try row.json("rules"), survive: try row.small("survive"), weights: try row.json("weights"),
      strategy: try row.word("aim"))
  }

  /// How many members of a group each host has, without the VM of that name.
  package func members(of group: String, except name: String) throws(FleetError) -> [HostID: Int] {
    let rows = try rows(
      of: "a group",
      """
      SELECT vms.host_id, count(*) AS members FROM vm_groups JOIN vms ON vms.id = vm_id
      WHERE vm_groups.name = ? AND vms.name <> ? GROUP BY vms.host_id
      """, [group, name])
    var members: [HostID: Int] = [:]
    for row in rows { members[try row.id("host_id")] = try row.small("members") }
    return members
  }

  /// What managed VMs reserve on each host that has any.
  package func reservations() throws(FleetError) -> [HostID: Reservation] {
    let rows = try rows(
      of: "a reservation",
      "SELECT host_id, sum(vcpus) AS vcpus, sum(memory) AS memory, sum(disk) AS disk FROM vms GROUP BY host_id")
    var reserved: [HostID: Reservation] = [:]
    for row in rows {
      reserved[try row.id("host_id")] = Reservation(
        vcpus: try row.small("vcpus"), memory: try row.memory("memory"), disk: try row.memory("disk"))
    }
    return reserved
  }
}
