package import Fleet

internal import struct Foundation.Data

extension FleetTransaction {
  /// Adds a host.
  /// - Throws: ``FleetError`` with code `conflict` if its id, name or machine is in the fleet already.
  package func insertHost(_ host: Host) throws(FleetError) {
    if let other = try self.host(named: host.name) {
      throw FleetError(.conflict, "another host is named \"\(other.name)\" already")
    }
    let machine = try row(of: "a host", "SELECT name FROM hosts WHERE machine_id = ?", [host.machineID])
    if let machine {
      throw FleetError(.conflict, "this machine is in the fleet already, as host \"\(try machine.text("name"))\"")
    }
    try insert(
      into: "hosts",
      [
        "id": host.id.description, "name": host.name, "machine_id": host.machineID, "cordoned": host.cordoned,
        "labels": try JSONText.encode(host.labels), "joined_at": host.joinedAt.milliseconds,
        "certificate_expires_at": host.certificateExpiresAt.milliseconds, "vcpus": host.capacity?.vcpus,
        "memory": host.capacity?.memory.bytes, "disk": host.capacity?.disk.bytes,
        "cpu_ratio": host.capacity?.cpuRatio, "memory_ratio": host.capacity?.memoryRatio,
        "reserved_memory": host.capacity?.reservedMemory.bytes, "revoked_at": host.revokedAt?.milliseconds,
        "disregarded": host.isDisregarded,
      ], about: "host \"\(host.name)\"")
  }

  /// Replaces a host's row. A capacity below what VMs reserve is accepted: they stay, and no more come.
  /// - Throws: ``FleetError`` with code `notFound` if it does not exist.
  package func updateHost(_ host: Host) throws(FleetError) {
    let subject = "host \"\(host.name)\""
    let count = try update(
      "hosts",
      [
        "name": host.name, "machine_id": host.machineID, "cordoned": host.cordoned,
        "labels": try JSONText.encode(host.labels), "joined_at": host.joinedAt.milliseconds,
        "certificate_expires_at": host.certificateExpiresAt.milliseconds, "vcpus": host.capacity?.vcpus,
        "memory": host.capacity?.memory.bytes, "disk": host.capacity?.disk.bytes,
        "cpu_ratio": host.capacity?.cpuRatio, "memory_ratio": host.capacity?.memoryRatio,
        "reserved_memory": host.capacity?.reservedMemory.bytes, "revoked_at": host.revokedAt?.milliseconds,
        "disregarded": host.isDisregarded,
      ], where: "id", is: host.id.description, about: subject)
    guard count == 1 else { throw FleetError(.notFound, "\(subject) is not in the fleet") }
  }

  /// Removes a host with its last report, ends its sightings, and revokes its certificates.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` while VMs or tombstones belong to it.
  package func removeHost(_ id: HostID, at: Timestamp) throws(FleetError) {
    guard let host = try host(id) else { throw FleetError(.notFound, "host \(id) is not in the fleet") }
    let names = try vms(on: id).map(\.spec.name)
    guard names.isEmpty else {
      throw FleetError(
        .precondition, "\(names.count) VMs belong on host \"\(host.name)\", \"\(names[0])\" among them",
        hint: "release them first, their guests keep running: roost release "
          + names.prefix(8).map(\.shellQuoted).joined(separator: " "))
    }
    try endSightings(of: id, at: at)
    try change(
      "DELETE FROM hosts WHERE id = ?", [id.description], about: "host \"\(host.name)\"", key: id.description)
    try change(
      "UPDATE certificates SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL",
      [at.milliseconds, id.description], about: "the certificates of host \"\(host.name)\"")
  }

  /// Revokes a host: revokes its certificates and records when; its row and everything that belongs to it stay.
  /// - Returns: the serial numbers of all certificates that it ever had.
  /// - Throws: ``FleetError`` with code `notFound`.
  package func revokeHost(_ id: HostID, at: Timestamp) throws(FleetError) -> [String] {
    guard var host = try host(id) else { throw FleetError(.notFound, "host \(id) is not in the fleet") }
    host.revokedAt = host.revokedAt ?? at
    try updateHost(host)
    let serials = try certificates(of: id.description).map(\.serial)
    try change(
      "UPDATE certificates SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL",
      [at.milliseconds, id.description], about: "the certificates of host \"\(host.name)\"")
    return serials
  }

  /// Stores a host's last full report in place of the one before.
  package func saveReport(of host: HostID, at: Timestamp, bytes: [UInt8]) throws(FleetError) {
    try change(
      """
      INSERT INTO reports (host_id, at, bytes) VALUES (?, ?, ?)
      ON CONFLICT (host_id) DO UPDATE SET at = excluded.at, bytes = excluded.bytes
      """, [host.description, at.milliseconds, Data(bytes)], about: "the report of host \(host)")
  }

  /// Notes that a host's stored report, if there is one, still held at a later time.
  package func confirmReport(of host: HostID, at: Timestamp) throws(FleetError) {
    try change(
      "UPDATE reports SET at = ? WHERE host_id = ? AND at < ?", [at.milliseconds, host.description, at.milliseconds],
      about: "the report of host \(host)")
  }
}

extension FleetSnapshotReader {
  /// All hosts by name.
  package func hosts() throws(FleetError) -> [Host] {
    try rows(of: "a host", "SELECT * FROM hosts ORDER BY name").reading(Self.host)
  }

  /// The host with this id, or nil.
  package func host(_ id: HostID) throws(FleetError) -> Host? {
    try rows(of: "a host", "SELECT * FROM hosts WHERE id = ?", [id.description]).reading(Self.host).first
  }

  /// The host with this name, or nil.
  package func host(named name: String) throws(FleetError) -> Host? {
    try rows(of: "a host", "SELECT * FROM hosts WHERE name = ?", [name]).reading(Self.host).first
  }

  /// What managed VMs reserve on a host, at nominal size; zero for an unknown host.
  package func reserved(on host: HostID) throws(FleetError) -> Reservation {
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
  package func reports() throws(FleetError) -> [StoredReport] {
    try rows(of: "a report", "SELECT * FROM reports ORDER BY host_id").reading { row throws(FleetError) in
      StoredReport(hostID: try row.id("host_id"), at: try row.time("at"), bytes: try row.bytes("bytes"))
    }
  }

  /// The last reports whose bytes contain one of some texts, such as a VM's id; the others are not decoded.
  /// - Complexity: for each text linear in the bytes of all reports, which SQLite searches.
  package func reports(mentioningAnyOf texts: [String]) throws(FleetError) -> [StoredReport] {
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
      cordoned: try row.flag("cordoned"), labels: try row.json("labels"),
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

/// The last full report of a host, kept so that its domains are known while it is offline.
package struct StoredReport: Hashable, Sendable {
  /// The host.
  package var hostID: HostID
  /// When it was made.
  package var at: Timestamp
  /// The encoded report.
  package var bytes: [UInt8]

  package init(hostID: HostID, at: Timestamp, bytes: [UInt8]) {
    self.hostID = hostID
    self.at = at
    self.bytes = bytes
  }
}
