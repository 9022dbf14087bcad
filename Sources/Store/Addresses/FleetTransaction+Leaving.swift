package import Fleet

extension FleetTransaction {
  /// Removes a VM's row: its addresses enter quarantine, its port is free, and its tombstone goes.
  /// - Parameter leftBehind: true if its guest may still run unobserved.
  package func removeWithAddresses(
    _ vm: VMID, at: Timestamp, quarantineUntil: Timestamp, leftBehind: Bool
  ) throws(FleetError) {
    try releaseMACs(of: vm, at: at, quarantineUntil: quarantineUntil, leftBehind: leftBehind)
    try releasePorts(of: vm, at: at)
    try removeTombstone(vm: vm)
    try removeVM(vm)
  }

  /// Removes the tombstones of a host that will not carry them out any more.
  package func removeTombstones(on host: HostID) throws(FleetError) {
    try change("DELETE FROM tombstones WHERE host_id = ?", [host.description], about: "the tombstones of host \(host)")
  }

  /// Quarantines every address that a host was last seen with, except those of VMs of other hosts: its guests may still
  /// use them unobserved.
  /// - Parameter seen: the last report of its agent; what the ledger saw there is added.
  package func restAddresses(
    seenOn host: HostID, _ seen: [MACAddress: AddressOwner], at: Timestamp, until: Timestamp
  ) throws(FleetError) {
    try expireQuarantine(now: at)
    var owners = seen
    for sighting in try openSightings(of: host) where sighting.source == .domain && owners[sighting.mac] == nil {
      owners[sighting.mac] = sighting.owner
    }
    for (mac, owner) in owners.sorted(by: { $0.key < $1.key }) where mac.isUsable {
      try restLeftBehind(mac, of: owner, at: at, until: until)
    }
  }

  /// An owned or reserved address stays as it is; a quarantine is extended but never shortened.
  private func restLeftBehind(
    _ mac: MACAddress, of owner: AddressOwner, at: Timestamp, until: Timestamp
  ) throws(FleetError) {
    let number = Int64(mac.number)
    try change(
      "UPDATE mac_ledger SET until = max(until, ?), left_behind = 1 WHERE mac = ? AND state = 'quarantined'",
      [until.milliseconds, number], about: "MAC \(mac)")
    try change(
      """
      INSERT INTO mac_ledger
        (mac, state, vm_id, vm_name, host, source, made_at, since, released_at, until, left_behind)
      SELECT ?1, 'quarantined', ?2, ?3, ?4, 'observed', ?5, ?5, ?5, ?6, 1
      WHERE NOT EXISTS (SELECT 1 FROM mac_ledger WHERE mac = ?1 AND state <> 'retired')
      """,
      [number, owner.vmID?.description, owner.vm.withoutNUL, owner.host, at.milliseconds, until.milliseconds],
      about: "MAC \(mac)")
  }
}
