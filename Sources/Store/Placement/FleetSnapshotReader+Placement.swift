public import Fleet

extension FleetSnapshotReader {
  /// What the fleet asks of every placement; nothing unless somebody set it.
  public func placementPolicy() throws(FleetError) -> FleetPolicy {
    guard let row = try row(of: "the placement policy", "SELECT * FROM placement_policy") else { return FleetPolicy() }
    return FleetPolicy(
      rules: try row.json("rules", [RuleDocument].self).reading { rule throws(FleetError) in try rule.value() },
      survive: try row.small("survive"), weights: try row.json("weights", [String: Double].self),
      aim: try row.word("aim"))
  }

  /// How many members of a group each host has, but for a VM of that name.
  public func members(of group: String, except name: String) throws(FleetError) -> [HostID: Int] {
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

  /// What managed VMs reserve of each host that has any.
  public func reservations() throws(FleetError) -> [HostID: Reservation] {
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
