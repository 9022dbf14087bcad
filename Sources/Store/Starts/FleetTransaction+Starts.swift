package import Fleet

extension FleetTransaction {
  /// Replaces the policy for starts past Roost.
  package func setOutOfBandPolicy(_ policy: OutOfBandPolicy) throws(FleetError) {
    let subject = "the start policy"
    try atomically(about: subject) { () throws(FleetError) in
      try change(
        "UPDATE start_policy SET out_of_band = ?, unanswered = ?",
        [policy.outOfBand.rawValue, policy.unanswered.rawValue], about: subject)
      try change("DELETE FROM network_start_policies", about: subject)
      for (network, rule) in policy.networks.sorted(by: { $0.key < $1.key }) {
        try insert(
          into: "network_start_policies", ["network": network, "out_of_band": rule.rawValue], about: subject)
      }
    }
  }

  /// Records that these owners may share an address; replaces an earlier acceptance of it.
  package func acceptConflict(_ conflict: AcceptedConflict, at: Timestamp) throws(FleetError) {
    try forgetAcceptance(of: conflict.mac)
    let owners = conflict.owners.sorted { ($0.host, $0.vm) < ($1.host, $1.vm) }
    try insert(
      into: "accepted_conflicts",
      ["mac": Int64(conflict.mac.number), "owners": try JSONText.encode(owners), "at": at.milliseconds],
      about: "MAC \(conflict.mac)")
  }

  /// Removes the acceptance of a shared address.
  package func forgetAcceptance(of mac: MACAddress) throws(FleetError) {
    try change("DELETE FROM accepted_conflicts WHERE mac = ?", [Int64(mac.number)], about: "MAC \(mac)")
  }

  /// Replaces one of a VM's addresses; the old one enters quarantine.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder if the new one is taken.
  package func replaceMAC(
    _ mac: MACAddress, of vm: ManagedVM, with next: MACAddress, at: Timestamp, quarantineUntil: Timestamp
  ) throws(FleetError) {
    try atomically(about: "MAC \(mac)") { () throws(FleetError) in
      try change(
        """
        UPDATE mac_ledger SET state = 'quarantined', holder = NULL, since = ?1, released_at = ?1, until = ?2
        WHERE holder = ?3 AND mac = ?4
        """,
        [at.milliseconds, quarantineUntil.milliseconds, vm.id.description, Int64(mac.number)], about: "MAC \(mac)")
      try allocateMAC(next, to: vm, source: "pool", at: at)
    }
  }
}

extension FleetSnapshotReader {
  /// The policy for starts past Roost.
  package func outOfBandPolicy() throws(FleetError) -> OutOfBandPolicy {
    guard let row = try row(of: "the start policy", "SELECT * FROM start_policy") else { return OutOfBandPolicy() }
    var policy = OutOfBandPolicy(outOfBand: try row.word("out_of_band"), unanswered: try row.word("unanswered"))
    for row in try rows(of: "the start policy", "SELECT * FROM network_start_policies") {
      policy.networks[try row.text("network")] = try row.word("out_of_band")
    }
    return policy
  }

  /// The accepted shared addresses, by address.
  package func acceptedConflicts() throws(FleetError) -> [AcceptedConflict] {
    try rows(of: "the accepted conflicts", "SELECT * FROM accepted_conflicts ORDER BY mac")
      .reading { row throws(FleetError) in
        guard let mac = MACAddress(number: UInt64(clamping: try row.integer("mac"))) else {
          throw FleetError(.internal, "the accepted conflicts have a number that is not a MAC address")
        }
        return AcceptedConflict(mac: mac, owners: try row.json("owners"))
      }
  }
}
