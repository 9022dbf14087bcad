package import Fleet

extension FleetTransaction {
  /// Allocates a VNC port to a VM that has none.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder if the port is taken.
  package func allocatePort(_ port: Int, to vm: ManagedVM, at: Timestamp) throws(FleetError) {
    if let holder = try portHolder(port) {
      throw FleetError(
        .conflict, "port \(port) belongs to \"\(holder.vm)\" on \(holder.host)", hint: "roost port show \(port)")
    }
    try insert(
      into: "port_ledger",
      [
        "port": port, "state": LedgerState.allocated.rawValue, "holder": vm.id.description,
        "vm_id": vm.id.description, "vm_name": vm.spec.name, "host": vm.host, "made_at": at.milliseconds,
        "since": at.milliseconds,
      ], about: "port \(port)")
  }

  /// Releases the ports of a VM; they may be handed out again at once.
  /// - Returns: how many there were.
  @discardableResult
  package func releasePorts(of vm: VMID, at: Timestamp) throws(FleetError) -> Int {
    try change(
      "UPDATE port_ledger SET state = 'retired', holder = NULL, since = ? WHERE holder = ?",
      [at.milliseconds, vm.description], about: "the port of VM \(vm)")
  }

  /// Allocates another port to a VM and releases the present one, in the ledger and in the VM's row.
  /// - Throws: ``FleetError`` with code `notFound` for the VM, `conflict` if the port is taken.
  package func replacePort(of id: VMID, with port: Int, at: Timestamp) throws(FleetError) {
    guard let vm = try vm(id) else { throw FleetError(.notFound, "VM \(id) is not in the fleet") }
    let subject = "VM \"\(vm.spec.name)\""
    try atomically(about: subject) { () throws(FleetError) in
      try releasePorts(of: id, at: at)
      try allocatePort(port, to: vm, at: at)
      try update("vms", ["vnc_port": port], where: "id", is: id.description, about: subject)
    }
  }
}

extension FleetSnapshotReader {
  /// The ledger's live row of a port, or nil if the port is free.
  package func portHolder(_ port: Int) throws(FleetError) -> PortEntry? {
    try rows(of: "a port", "SELECT * FROM port_ledger WHERE port = ? AND state <> 'retired'", [port])
      .reading(Self.portEntry).first
  }

  /// The ledger by port; retired rows, if asked for, come before the live one.
  package func portEntries(includeRetired: Bool = false) throws(FleetError) -> [PortEntry] {
    let condition = includeRetired ? "" : "WHERE state <> 'retired'"
    return try rows(of: "a port", "SELECT * FROM port_ledger \(condition) ORDER BY port, number")
      .reading(Self.portEntry)
  }

  /// How many ports are allocated.
  package func heldPortCount() throws(FleetError) -> Int {
    try integers(of: "a port", "SELECT COUNT(*) FROM port_ledger WHERE holder IS NOT NULL").first.map { Int($0) } ?? 0
  }

  /// All rows of a port, oldest first.
  package func portHistory(_ port: Int) throws(FleetError) -> [PortEntry] {
    try rows(of: "a port", "SELECT * FROM port_ledger WHERE port = ? ORDER BY number", [port])
      .reading(Self.portEntry)
  }

  /// All allocated ports.
  package func heldPorts() throws(FleetError) -> Set<Int> {
    Set(
      try rows(of: "a port", "SELECT port FROM port_ledger WHERE state <> 'retired'").reading {
        row throws(FleetError) in try row.small("port")
      })
  }

  /// The ports that are kept for VMs which the database has lost.
  package func reservedPorts() throws(FleetError) -> Set<Int> {
    Set(
      try rows(of: "a port", "SELECT port FROM port_ledger WHERE state = 'reserved'").reading {
        row throws(FleetError) in try row.small("port")
      })
  }

  private static func portEntry(_ row: StoredRow) throws(FleetError) -> PortEntry {
    let state: LedgerState = try row.word("state")
    return PortEntry(
      port: try row.small("port"), state: state, vm: try row.text("vm_name"), host: try row.text("host"),
      since: try row.time("made_at"), until: state == .retired ? try row.time("since") : nil)
  }
}
