public import Fleet

extension FleetSnapshotReader {
  /// All hosts by name.
  public func hosts() throws(FleetError) -> [Host] {
    try rows(of: "a host", "SELECT * FROM hosts ORDER BY name").reading(Self.host)
  }

  /// The host with this id, or nil.
  public func host(_ id: HostID) throws(FleetError) -> Host? {
    try rows(of: "a host", "SELECT * FROM hosts WHERE id = ?", [id.description]).reading(Self.host).first
  }

  /// The host with this name, or nil.
  public func host(named name: String) throws(FleetError) -> Host? {
    try rows(of: "a host", "SELECT * FROM hosts WHERE name = ?", [name]).reading(Self.host).first
  }

  /// What managed VMs reserve on a host, at their nominal size; nothing on a host that is not there.
  public func reserved(on host: HostID) throws(FleetError) -> Reservation {
    let sums = try row(
      of: "a host",
      """
      SELECT coalesce(sum(vcpus), 0) AS vcpus, coalesce(sum(memory), 0) AS memory, coalesce(sum(disk), 0) AS disk
      FROM vms WHERE host_id = ?
      """, [host.description])
    guard let sums else { return Reservation() }
    return Reservation(
      vcpus: try sums.small("vcpus"), memory: try sums.memory("memory"), disk: try sums.memory("disk"))
  }

  /// The last report of each host that sent one.
  public func reports() throws(FleetError) -> [StoredReport] {
    try rows(of: "a report", "SELECT * FROM reports ORDER BY host_id").reading { row throws(FleetError) in
      StoredReport(hostID: try row.id("host_id"), at: try row.time("at"), bytes: try row.bytes("bytes"))
    }
  }

  /// The last reports whose bytes hold one of some texts, such as a VM's id, without reading the others.
  /// - Complexity: for each text linear in the bytes of all reports, which SQLite searches.
  public func reports(mentioningAnyOf texts: [String]) throws(FleetError) -> [StoredReport] {
    guard !texts.isEmpty else { return [] }
    let holds = texts.map { _ in "instr(bytes, CAST(? AS BLOB)) > 0" }.joined(separator: " OR ")
    return try rows(of: "a report", "SELECT * FROM reports WHERE \(holds) ORDER BY host_id", texts).reading {
      row throws(FleetError) in
      StoredReport(hostID: try row.id("host_id"), at: try row.time("at"), bytes: try row.bytes("bytes"))
    }
  }

  private static func host(_ row: StoredRow) throws(FleetError) -> Host {
    Host(
      id: try row.id("id"), name: try row.text("name"), machineID: try row.text("machine_id"),
      cordoned: try row.flag("cordoned"), labels: try row.json("labels", [String: String].self),
      joinedAt: try row.time("joined_at"), certificateExpiresAt: try row.time("certificate_expires_at"),
      capacity: try capacity(row), revokedAt: try row.timeIfAny("revoked_at"),
      isDisregarded: try row.flag("disregarded"))
  }

  private static func capacity(_ row: StoredRow) throws(FleetError) -> HostCapacity? {
    guard let cpuRatio = try row.realIfAny("cpu_ratio"), let memoryRatio = try row.realIfAny("memory_ratio") else {
      return nil
    }
    return HostCapacity(
      vcpus: try row.small("vcpus"), memory: try row.memory("memory"), disk: try row.memory("disk"),
      cpuRatio: cpuRatio, memoryRatio: memoryRatio, reservedMemory: try row.memory("reserved_memory"))
  }
}
