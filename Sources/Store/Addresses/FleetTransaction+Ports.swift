public import Fleet

extension FleetTransaction {
  /// Gives a VNC port to a VM that has none.
  /// - Throws: ``FleetError`` with code `conflict` that names the holder if the port is taken.
  public func allocatePort(_ port: Int, to vm: ManagedVM, at: Timestamp) throws(FleetError) {
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
  public func releasePorts(of vm: VMID, at: Timestamp) throws(FleetError) -> Int {
    try change(
      "UPDATE port_ledger SET state = 'retired', holder = NULL, since = ? WHERE holder = ?",
      [at.milliseconds, vm.description], about: "the port of VM \(vm)")
  }

  /// Gives a VM another port and releases the one it has, in the ledger and in the VM's own row.
  /// - Throws: ``FleetError`` with code `notFound` for the VM, `conflict` if somebody has the port.
  public func replacePort(of id: VMID, with port: Int, at: Timestamp) throws(FleetError) {
    guard let vm = try vm(id) else { throw FleetError(.notFound, "VM \(id) is not in the fleet") }
    let subject = "VM \"\(vm.spec.name)\""
    try atomically(about: subject) { () throws(FleetError) in
      try releasePorts(of: id, at: at)
      try allocatePort(port, to: vm, at: at)
      try update("vms", ["vnc_port": port], where: "id", is: id.description, about: subject)
    }
  }
}
