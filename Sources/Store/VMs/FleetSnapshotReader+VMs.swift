public import Fleet
internal import GRDB

extension FleetSnapshotReader {
  /// All managed VMs by name.
  public func vms() throws(FleetError) -> [ManagedVM] {
    try vms(where: "TRUE", [])
  }

  /// The managed VMs that belong on a host, by name.
  public func vms(on host: HostID) throws(FleetError) -> [ManagedVM] {
    try vms(where: "vms.host_id = ?", [host.description])
  }

  /// The managed VM with this id, or nil.
  public func vm(_ id: VMID) throws(FleetError) -> ManagedVM? {
    try vms(where: "vms.id = ?", [id.description]).first
  }

  /// The managed VM with this name, or nil.
  public func vm(named name: String) throws(FleetError) -> ManagedVM? {
    try vms(where: "vms.name = ?", [name]).first
  }

  /// All tombstones, oldest first.
  public func tombstones() throws(FleetError) -> [Tombstone] {
    try rows(of: "a tombstone", "SELECT * FROM tombstones ORDER BY created_at, id").reading(Self.tombstone)
  }

  /// The tombstone of a VM, or nil.
  public func tombstone(vm: VMID) throws(FleetError) -> Tombstone? {
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
      SELECT vms.*, hosts.name AS host_name FROM vms JOIN hosts ON hosts.id = host_id
      WHERE \(condition) ORDER BY vms.name
      """, arguments
    ).reading { row throws(FleetError) in try Self.vm(row, macs: macs[try row.text("id")] ?? []) }
  }

  private static func vm(_ row: StoredRow, macs: [MACAddress]) throws(FleetError) -> ManagedVM {
    let port: Int? = if try row.integerIfAny("vnc_port") != nil { try row.small("vnc_port") } else { nil }
    return ManagedVM(
      id: try row.id("id"), spec: try row.json("spec", SpecDocument.self).value(), hostID: try row.id("host_id"),
      host: try row.text("host_name"), power: try row.word("power"), revision: try row.integer("revision"),
      allocations: Allocations(macs: macs, vncPort: port), phase: try phase(row),
      placed: try row.jsonIfAny("placed", DecisionDocument.self)?.value, createdAt: try row.time("created_at"),
      constraints: try row.jsonIfAny("constraints", ConstraintsDocument.self)?.value ?? PlacementConstraints(),
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
