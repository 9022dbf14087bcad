public import Fleet

extension FleetTransaction {
  /// Adds a VM and reserves its share of its host.
  ///
  /// The addresses that it names must be allocated to it before the transaction ends.
  /// - Parameter isAdopted: true for a VM that was on its host before; it counts, and is never too much.
  /// - Throws: ``FleetError`` with code `conflict` for a name or id that is taken or still being deleted,
  ///   `noHostFits` with the numbers if its host has too little left, `precondition` for an unknown host or image.
  public func insertVM(_ vm: ManagedVM, isAdopted: Bool = false) throws(FleetError) {
    let subject = "VM \"\(vm.spec.name)\""
    if let other = try self.vm(named: vm.spec.name) {
      throw FleetError(.conflict, "the name \"\(other.spec.name)\" belongs to a VM on \(other.host) already")
    }
    try atomically(about: subject) { () throws(FleetError) in
      let texts = try Texts(vm)
      try fitting(vm) { () throws(FleetError) in
        try insert(
          into: "vms",
          [
            "id": vm.id.description, "name": vm.spec.name, "host_id": vm.hostID.description,
            "power": vm.power.rawValue, "revision": vm.revision, "vcpus": vm.spec.vcpus,
            "memory": vm.spec.memory.bytes, "disk": vm.spec.reservedDisk.bytes,
            "vnc_port": vm.allocations.vncPort, "phase": vm.phase?.name, "phase_reason": texts.reason,
            "spec": texts.spec, "placed": texts.placed, "created_at": vm.createdAt.milliseconds,
            "adopted": isAdopted, "constraints": texts.constraints, "start_failure": texts.startFailure,
          ], about: subject)
      }
      try insertMACs(vm)
      try insertImages(vm)
      try insertGroups(vm)
    }
  }

  /// Replaces a VM's row, and the name and host of its addresses in the ledgers.
  /// - Throws: ``FleetError`` with code `notFound`, `conflict` for a revision lower than the kept one or a name that
  ///   is taken, `noHostFits` if the VM grows or moves beyond what its host has left.
  public func updateVM(_ vm: ManagedVM) throws(FleetError) {
    let subject = "VM \"\(vm.spec.name)\""
    guard let old = try self.vm(vm.id) else { throw FleetError(.notFound, "\(subject) is not in the fleet") }
    try atomically(about: subject) { () throws(FleetError) in
      let texts = try Texts(vm)
      try fitting(vm) { () throws(FleetError) in
        try update(
          "vms",
          [
            "name": vm.spec.name, "host_id": vm.hostID.description, "power": vm.power.rawValue,
            "revision": vm.revision, "vcpus": vm.spec.vcpus, "memory": vm.spec.memory.bytes,
            "disk": vm.spec.reservedDisk.bytes, "vnc_port": vm.allocations.vncPort, "phase": vm.phase?.name,
            "phase_reason": texts.reason, "spec": texts.spec, "placed": texts.placed,
            "constraints": texts.constraints, "start_failure": texts.startFailure,
          ], where: "id", is: vm.id.description, about: subject)
      }
      if vm.allocations.macs != old.allocations.macs {
        try change("DELETE FROM vm_macs WHERE vm_id = ?", [vm.id.description], about: subject)
        try insertMACs(vm)
      }
      if vm.spec.disks != old.spec.disks {
        try change("DELETE FROM vm_images WHERE vm_id = ?", [vm.id.description], about: subject)
        try insertImages(vm)
      }
      if vm.constraints.groups != old.constraints.groups {
        try change("DELETE FROM vm_groups WHERE vm_id = ?", [vm.id.description], about: subject)
        try insertGroups(vm)
      }
      if vm.spec.name != old.spec.name || vm.hostID != old.hostID { try nameOwner(vm) }
    }
  }

  /// Removes a VM's row; its addresses must be released in the same transaction. Removing none changes nothing.
  public func removeVM(_ id: VMID) throws(FleetError) {
    try change("DELETE FROM vms WHERE id = ?", [id.description], about: "VM \(id)", key: id.description)
  }

  /// Permits a VM's destruction in the way that the last request asks for: an earlier tombstone of it goes.
  public func replaceTombstone(_ tombstone: Tombstone) throws(FleetError) {
    try removeTombstone(vm: tombstone.vmID)
    try insertTombstone(tombstone)
  }

  /// Permits a VM's destruction.
  /// - Throws: ``FleetError`` with code `conflict` if it has a tombstone already.
  public func insertTombstone(_ tombstone: Tombstone) throws(FleetError) {
    try insert(
      into: "tombstones",
      [
        "id": tombstone.id.description, "vm_id": tombstone.vmID.description,
        "host_id": tombstone.hostID.description, "keep_disks": tombstone.keepDisks,
        "created_at": tombstone.createdAt.milliseconds,
      ], about: "the tombstone of VM \(tombstone.vmID)")
  }

  /// Removes a VM's tombstone; removing none changes nothing.
  public func removeTombstone(vm: VMID) throws(FleetError) {
    try change("DELETE FROM tombstones WHERE vm_id = ?", [vm.description], about: "the tombstone of VM \(vm)")
  }
}

extension FleetTransaction {
  /// The columns of a VM that are made from its values.
  private struct Texts {
    let spec: String
    let placed: String?
    let constraints: String?
    let reason: String
    let startFailure: String?

    init(_ vm: ManagedVM) throws(FleetError) {
      spec = try JSONText.encode(SpecDocument(vm.spec))
      placed = if let placed = vm.placed { try JSONText.encode(DecisionDocument(placed)) } else { nil }
      constraints = vm.constraints.isEmpty ? nil : try JSONText.encode(ConstraintsDocument(vm.constraints))
      reason = (vm.phase?.reason ?? "").withoutNUL
      startFailure = vm.startFailure?.withoutNUL
    }
  }

  /// Adds the numbers to the schema's refusal of a VM that does not fit.
  private func fitting(_ vm: ManagedVM, _ body: () throws(FleetError) -> Void) throws(FleetError) {
    do {
      try body()
    } catch {
      guard error.code == .noHostFits, let host = try host(vm.hostID) else { throw error }
      let others = try vms(on: host.id).filter { $0.id != vm.id }.reduce(Reservation()) { $0 + $1.spec.reservation }
      let (limit, wanted) = (host.capacity?.limit ?? Reservation(), vm.spec.reservation)
      var refused = error
      if wanted.vcpus > limit.vcpus - others.vcpus {
        let free = max(0, limit.vcpus - others.vcpus)
        refused.refusals = [
          Refusal(host: host.name, rule: "vcpus", detail: "wants \(wanted.vcpus), \(free) of \(limit.vcpus) is free")
        ]
      } else {
        let (rule, want, free, most) =
          wanted.memory > limit.memory - others.memory
          ? ("memory", wanted.memory, limit.memory - others.memory, limit.memory)
          : ("disk", wanted.disk, limit.disk - others.disk, limit.disk)
        refused.refusals = [
          Refusal(host: host.name, rule: rule, detail: "wants \(want), \(free) of \(most) is free")
        ]
      }
      throw refused
    }
  }

  private func insertMACs(_ vm: ManagedVM) throws(FleetError) {
    for (slot, mac) in vm.allocations.macs.enumerated() {
      if let holder = try macHolder(mac), holder.state == .allocated, holder.owner.vmID != vm.id {
        throw FleetError(.conflict, "MAC \(mac) belongs to \(holder.owner)", hint: "roost mac show \(mac)")
      }
      try insert(
        into: "vm_macs", ["vm_id": vm.id.description, "slot": slot, "mac": Int64(mac.number)],
        about: "MAC \(mac) of VM \"\(vm.spec.name)\"")
    }
  }

  private func insertImages(_ vm: ManagedVM) throws(FleetError) {
    for id in Set(vm.spec.disks.compactMap { $0.image?.id }) {
      try insert(
        into: "vm_images", ["vm_id": vm.id.description, "image_id": id.description],
        about: "image \(id) of VM \"\(vm.spec.name)\"")
    }
  }

  /// Tells the ledgers how a VM is called now and where it is.
  private func nameOwner(_ vm: ManagedVM) throws(FleetError) {
    guard let host = try host(vm.hostID) else { return }
    for ledger in ["mac_ledger", "port_ledger"] {
      try update(
        ledger, ["vm_name": vm.spec.name, "host": host.name], where: "holder", is: vm.id.description,
        about: "the addresses of VM \"\(vm.spec.name)\"")
    }
  }
}
