package import Fleet

extension FleetTransaction {
  /// Adds a VM whose guest already exists, with its addresses and its port.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder of the VM's name, id or one of its addresses.
  package func adopt(_ vm: ManagedVM, at: Timestamp) throws(FleetError) {
    try insertVM(vm, isAdopted: true)
    for mac in vm.allocations.macs { try adoptMAC(mac, by: vm, at: at) }
    if let port = vm.allocations.vncPort { try adoptPort(port, by: vm, at: at) }
  }

  /// Allocates an address that the guest of a VM of this transaction already has.
  ///
  /// A row that keeps the address for this same VM, as an end of settling writes it, gives way; so does the quarantine
  /// of a VM of the same name, whose guest is gone.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder.
  package func adoptMAC(_ mac: MACAddress, by vm: ManagedVM, at: Timestamp) throws(FleetError) {
    if let holder = try macHolder(mac), holder.state != .allocated {
      let isItsOwn = holder.state == .quarantined && !holder.isLeftBehind && holder.owner.vm == vm.spec.name
      if isItsOwn || holder.owner.vmID == vm.id { try retireMAC(mac, at: at) }
    }
    try allocateMAC(mac, to: vm, source: "observed", at: at)
  }

  /// Allocates the VNC port that the guest of a VM of this transaction already has.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder.
  package func adoptPort(_ port: Int, by vm: ManagedVM, at: Timestamp) throws(FleetError) {
    try change(
      """
      UPDATE port_ledger SET state = 'retired', since = ? WHERE port = ? AND state = 'reserved' AND vm_id = ?
      """, [at.milliseconds, port, vm.id.description], about: "port \(port)")
    try allocatePort(port, to: vm, at: at)
  }

  /// Reserves an address for an unmanaged domain: a VM that the database has lost. Does nothing if the address has an
  /// owner or is in quarantine.
  package func keepMAC(_ mac: MACAddress, for owner: AddressOwner, at: Timestamp) throws(FleetError) {
    if let holder = try macHolder(mac) {
      guard holder.state == .quarantined, let until = holder.until, until <= at else { return }
      try retireMAC(mac, at: at)
    }
    try insert(
      into: "mac_ledger",
      [
        "mac": Int64(mac.number), "state": LedgerState.reserved.rawValue, "vm_id": owner.vmID?.description,
        "vm_name": owner.vm.withoutNUL, "host": owner.host, "source": "observed", "made_at": at.milliseconds,
        "since": at.milliseconds,
      ], about: "MAC \(mac)")
  }

  /// Puts an address into quarantine that was handed out to an owner of whom nothing else is known; does nothing if the
  /// address has an owner or is already in quarantine.
  package func restMAC(_ mac: MACAddress, for owner: String, at: Timestamp, until: Timestamp) throws(FleetError) {
    try change(
      """
      INSERT INTO mac_ledger (mac, state, vm_name, host, source, made_at, since, released_at, until)
      SELECT ?1, 'quarantined', ?2, '', 'pool', ?3, ?3, ?3, ?4
      WHERE NOT EXISTS (SELECT 1 FROM mac_ledger WHERE mac = ?1 AND state <> 'retired')
      """, [Int64(mac.number), owner.withoutNUL, at.milliseconds, until.milliseconds], about: "MAC \(mac)")
  }

  /// Reserves a port for an unmanaged domain, like ``keepMAC(_:for:at:)``.
  package func keepPort(_ port: Int, for owner: AddressOwner, at: Timestamp) throws(FleetError) {
    guard try portHolder(port) == nil else { return }
    try insert(
      into: "port_ledger",
      [
        "port": port, "state": LedgerState.reserved.rawValue, "vm_id": owner.vmID?.description,
        "vm_name": owner.vm.withoutNUL, "host": owner.host, "made_at": at.milliseconds, "since": at.milliseconds,
      ], about: "port \(port)")
  }

  /// Retires all addresses of a VM at once, without quarantine: its guest keeps them, and hosts report them.
  package func retireAddresses(of vm: VMID, at: Timestamp) throws(FleetError) {
    try change(
      "UPDATE mac_ledger SET state = 'retired', holder = NULL, since = ? WHERE holder = ?",
      [at.milliseconds, vm.description], about: "the MACs of VM \(vm)")
    try releasePorts(of: vm, at: at)
  }
}
