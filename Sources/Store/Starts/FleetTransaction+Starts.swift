public import Fleet

extension FleetTransaction {
  /// Replaces what is done about starts behind Roost's back.
  public func setStartPolicy(_ policy: StartPolicy) throws(FleetError) {
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

  /// Remembers that these may share an address; what was accepted of it before is replaced.
  public func acceptConflict(_ conflict: AcceptedConflict, at: Timestamp) throws(FleetError) {
    try forgetAcceptance(of: conflict.mac)
    let owners = conflict.owners.sorted { ($0.host, $0.vm) < ($1.host, $1.vm) }.map(OwnerDocument.init)
    try insert(
      into: "accepted_conflicts",
      ["mac": Int64(conflict.mac.number), "owners": try JSONText.encode(owners), "at": at.milliseconds],
      about: "MAC \(conflict.mac)")
  }

  /// Forgets that an address may be shared.
  public func forgetAcceptance(of mac: MACAddress) throws(FleetError) {
    try change("DELETE FROM accepted_conflicts WHERE mac = ?", [Int64(mac.number)], about: "MAC \(mac)")
  }

  /// Gives one of a VM's addresses up for another: the old one rests.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder if the new one is taken.
  public func replaceMAC(
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
