package import Fleet
internal import GRDB

extension FleetTransaction {
  /// Adds a VM and reserves its resources on its host.
  ///
  /// The addresses that it names must be allocated to it before the transaction ends.
  /// - Parameters:
  ///   - isAdopted: true for a VM that was on its host before; it counts, and is never too large.
  ///   - decision: the decision that placed it; nil for a VM that nobody placed.
  /// - Throws: ``FleetError`` with code `conflict` for a name or id that is taken or still being deleted, `noHostFits`
  ///   with the numbers if its host has too little left, `precondition` for an unknown host or image.
  package func insertVM(
    _ vm: ManagedVM, isAdopted: Bool = false, placedBy decision: PlacementDecision? = nil
  ) throws(FleetError) {
    let subject = "VM \"\(vm.spec.name)\""
    if let other = try self.vm(named: vm.spec.name) {
      throw FleetError(.conflict, "the name \"\(other.spec.name)\" belongs to a VM on \(other.host) already")
    }
    try atomically(about: subject) { () throws(FleetError) in
      let texts = try Texts(vm)
      let placed: String? = if let decision { try JSONText.encode(decision) } else { nil }
      try fitting(vm) { () throws(FleetError) in
        try insert(
          into: "vms",
          [
            "id": vm.id.description, "name": vm.spec.name, "host_id": vm.hostID.description,
            "power": vm.power.rawValue, "revision": vm.revision, "vcpus": vm.spec.vcpus,
            "memory": vm.spec.memory.bytes, "disk": vm.spec.reservedDisk.bytes,
            "vnc_port": vm.allocations.vncPort, "phase": vm.phase?.name, "phase_reason": texts.reason,
            "spec": texts.spec, "placed": placed, "created_at": vm.createdAt.milliseconds,
            "adopted": isAdopted, "constraints": texts.constraints, "start_failure": texts.startFailure,
          ], about: subject)
      }
      try insertMACs(vm)
      try insertImages(vm)
      try insertGroups(vm)
    }
  }

  /// Replaces a VM's row, and the name and host of its addresses in the ledgers.
  /// - Throws: ``FleetError`` with code `notFound`, `conflict` for a revision lower than the stored one or a name that
  ///   is taken, `noHostFits` if the VM grows or moves beyond what its host has left.
  package func updateVM(_ vm: ManagedVM) throws(FleetError) {
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
            "phase_reason": texts.reason, "spec": texts.spec, "constraints": texts.constraints,
            "start_failure": texts.startFailure,
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

  /// Removes a VM's row; its addresses must be released in the same transaction. Does nothing if there is none.
  package func removeVM(_ id: VMID) throws(FleetError) {
    try change("DELETE FROM vms WHERE id = ?", [id.description], about: "VM \(id)", key: id.description)
  }

  /// Permits a VM's destruction as the last request asks for it: replaces an earlier tombstone.
  package func replaceTombstone(_ tombstone: Tombstone) throws(FleetError) {
    try removeTombstone(vm: tombstone.vmID)
    try insertTombstone(tombstone)
  }

  /// Permits a VM's destruction.
  /// - Throws: ``FleetError`` with code `conflict` if it has a tombstone already.
  package func insertTombstone(_ tombstone: Tombstone) throws(FleetError) {
    try insert(
      into: "tombstones",
      [
        "id": tombstone.id.description, "vm_id": tombstone.vmID.description,
        "host_id": tombstone.hostID.description, "keep_disks": tombstone.keepDisks,
        "created_at": tombstone.createdAt.milliseconds,
      ], about: "the tombstone of VM \(tombstone.vmID)")
  }

  /// Removes a VM's tombstone; does nothing if there is none.
  package func removeTombstone(vm: VMID) throws(FleetError) {
    try change("DELETE FROM tombstones WHERE vm_id = ?", [vm.description], about: "the tombstone of VM \(vm)")
  }
}

extension FleetTransaction {
  /// The columns of a VM that are encoded from its values.
  private struct Texts {
    let spec: String
    let constraints: String?
    let reason: String
    let startFailure: String?

    init(_ vm: ManagedVM) throws(FleetError) {
      spec = try JSONText.encode(vm.spec)
      constraints = vm.constraints.isEmpty ? nil : try JSONText.encode(vm.constraints)
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

  /// Updates a VM's name and host in the ledgers.
  private func nameOwner(_ vm: ManagedVM) throws(FleetError) {
    guard let host = try host(vm.hostID) else { return }
    for ledger in ["mac_ledger", "port_ledger"] {
      try update(
        ledger, ["vm_name": vm.spec.name, "host": host.name], where: "holder", is: vm.id.description,
        about: "the addresses of VM \"\(vm.spec.name)\"")
    }
  }
}

extension FleetTransaction {
  /// Writes the groups a VM belongs to.
  func insertGroups(_ vm: ManagedVM) throws(FleetError) {
    for group in vm.constraints.groups.sorted() {
      try insert(
        into: "vm_groups", ["vm_id": vm.id.description, "name": group],
        about: "group \"\(group.printable)\" of VM \"\(vm.spec.name)\"")
    }
  }
}

extension FleetSnapshotReader {
  /// All managed VMs by name.
  package func vms() throws(FleetError) -> [ManagedVM] {
    try vms(where: "TRUE", [])
  }

  /// The managed VMs that belong on a host, by name.
  package func vms(on host: HostID) throws(FleetError) -> [ManagedVM] {
    try vms(where: "vms.host_id = ?", [host.description])
  }

  /// The managed VM with this id, or nil.
  package func vm(_ id: VMID) throws(FleetError) -> ManagedVM? {
    try vms(where: "vms.id = ?", [id.description]).first
  }

  /// The managed VM with this name, or nil.
  package func vm(named name: String) throws(FleetError) -> ManagedVM? {
    try vms(where: "vms.name = ?", [name]).first
  }

  /// The decision that placed a VM; nil for one that nobody placed, and for an unknown one.
  package func decision(of id: VMID) throws(FleetError) -> PlacementDecision? {
    try row(of: "a VM", "SELECT placed FROM vms WHERE id = ?", [id.description])?.jsonIfAny("placed")
  }

  /// All tombstones, oldest first.
  package func tombstones() throws(FleetError) -> [Tombstone] {
    try rows(of: "a tombstone", "SELECT * FROM tombstones ORDER BY created_at, id").reading(Self.tombstone)
  }

  /// The tombstone of a VM, or nil.
  package func tombstone(vm: VMID) throws(FleetError) -> Tombstone? {
    try rows(of: "a tombstone", "SELECT * FROM tombstones WHERE vm_id = ?", [vm.description])
      .reading(Self.tombstone).first
  }

  private func vms(
    where condition: String, _ arguments: [(any DatabaseValueConvertible)?]
  ) throws(FleetError) -> [ManagedVM] {
    var macs: [String: [MACAddress]] = [:]
    let addresses = try rows(
      of: "a VM",
      "SELECT vm_id, mac FROM vm_macs JOIN vms ON vms.id = vm_id WHERE \(condition) ORDER BY vm_id, slot", arguments)
    for row in addresses { macs[try row.text("vm_id"), default: []].append(try Self.mac(row)) }
    return try rows(
      of: "a VM",
      """
      SELECT \(Self.columns), hosts.name AS host_name FROM vms JOIN hosts ON hosts.id = host_id
      WHERE \(condition) ORDER BY vms.name
      """, arguments
    ).reading { row throws(FleetError) in try Self.vm(row, macs: macs[try row.text("id")] ?? []) }
  }

  /// What a VM is read from. The decision that placed it is as large as the rest, and rarely asked for.
  private static let columns = [
    "id", "spec", "host_id", "power", "revision", "vnc_port", "phase", "phase_reason", "created_at", "constraints",
    "start_failure",
  ].map { "vms.\($0)" }.joined(separator: ", ")

  private static func vm(_ row: StoredRow, macs: [MACAddress]) throws(FleetError) -> ManagedVM {
    let port: Int? = if try row.integerIfAny("vnc_port") != nil { try row.small("vnc_port") } else { nil }
    return ManagedVM(
      id: try row.id("id"), spec: try row.json("spec"), hostID: try row.id("host_id"),
      host: try row.text("host_name"), power: try row.word("power"), revision: try row.integer("revision"),
      allocations: Allocations(macs: macs, vncPort: port), phase: try phase(row),
      createdAt: try row.time("created_at"),
      constraints: try row.jsonIfAny("constraints") ?? PlacementConstraints(),
      startFailure: try row.textIfAny("start_failure"))
  }

  private static func phase(_ row: StoredRow) throws(FleetError) -> VMState? {
    guard let name = try row.textIfAny("phase") else { return nil }
    guard let state = VMState(name: name, reason: try row.text("phase_reason")) else {
      throw .unreadable("phase", of: row.table, "\"\(name)\" is not known")
    }
    return state
  }

  private static func tombstone(_ row: StoredRow) throws(FleetError) -> Tombstone {
    Tombstone(
      id: try row.id("id"), vmID: try row.id("vm_id"), hostID: try row.id("host_id"),
      keepDisks: try row.flag("keep_disks"), createdAt: try row.time("created_at"))
  }
}
