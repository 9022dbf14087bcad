public import Fleet

extension FleetSnapshotReader {
  /// What is done about starts behind Roost's back.
  public func startPolicy() throws(FleetError) -> StartPolicy {
    guard let row = try row(of: "the start policy", "SELECT * FROM start_policy") else { return StartPolicy() }
    var policy = StartPolicy(outOfBand: try row.word("out_of_band"), unanswered: try row.word("unanswered"))
    for row in try rows(of: "the start policy", "SELECT * FROM network_start_policies") {
      policy.networks[try row.text("network")] = try row.word("out_of_band")
    }
    return policy
  }

  /// The shared addresses that somebody accepted, by address.
  public func acceptedConflicts() throws(FleetError) -> [AcceptedConflict] {
    try rows(of: "the accepted conflicts", "SELECT * FROM accepted_conflicts ORDER BY mac")
      .reading { row throws(FleetError) in
        guard let mac = MACAddress(number: UInt64(clamping: try row.integer("mac"))) else {
          throw FleetError(.internal, "the accepted conflicts have a number that is no MAC address")
        }
        let owners = try row.json("owners", [OwnerDocument].self).reading { document throws(FleetError) in
          document.owner
        }
        return AcceptedConflict(mac: mac, owners: Set(owners))
      }
  }
}
