public import Fleet

internal import struct Foundation.Data

extension FleetTransaction {
  /// Adds a host.
  /// - Throws: ``FleetError`` with code `conflict` if its id, name or machine is in the fleet already.
  public func insertHost(_ host: Host) throws(FleetError) {
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

  /// Replaces a host's row. A capacity below what VMs reserve there is taken: they stay, and no more come.
  /// - Throws: ``FleetError`` with code `notFound` if it is not there.
  public func updateHost(_ host: Host) throws(FleetError) {
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

  /// Removes a host with its last report, ends what was seen on it, and revokes its certificates.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` while VMs or tombstones belong to it.
  public func removeHost(_ id: HostID, at: Timestamp) throws(FleetError) {
    guard let host = try host(id) else { throw FleetError(.notFound, "host \(id) is not in the fleet") }
    let names = try vms(on: id).map(\.spec.name)
    guard names.isEmpty else {
      throw FleetError(
        .precondition, "\(names.count) VMs belong on host \"\(host.name)\", \"\(names[0])\" among them",
        hint: "give them back first, their guests go on: roost release "
          + names.prefix(8).map(\.shellQuoted).joined(separator: " "))
    }
    try endSightings(of: id, at: at)
    try change(
      "DELETE FROM hosts WHERE id = ?", [id.description], about: "host \"\(host.name)\"", key: id.description)
    try change(
      "UPDATE certificates SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL",
      [at.milliseconds, id.description], about: "the certificates of host \"\(host.name)\"")
  }

  /// Cuts a host off: revokes its certificates and notes when; its row and all that belongs to it stay.
  /// - Returns: the serial numbers of all certificates that it ever had.
  /// - Throws: ``FleetError`` with code `notFound`.
  public func revokeHost(_ id: HostID, at: Timestamp) throws(FleetError) -> [String] {
    guard var host = try host(id) else { throw FleetError(.notFound, "host \(id) is not in the fleet") }
    host.revokedAt = host.revokedAt ?? at
    try updateHost(host)
    let serials = try certificates(of: id.description).map(\.serial)
    try change(
      "UPDATE certificates SET revoked_at = ? WHERE subject = ? AND revoked_at IS NULL",
      [at.milliseconds, id.description], about: "the certificates of host \"\(host.name)\"")
    return serials
  }

  /// Keeps a host's last full report in place of the one before.
  public func saveReport(of host: HostID, at: Timestamp, bytes: [UInt8]) throws(FleetError) {
    try change(
      """
      INSERT INTO reports (host_id, at, bytes) VALUES (?, ?, ?)
      ON CONFLICT (host_id) DO UPDATE SET at = excluded.at, bytes = excluded.bytes
      """, [host.description, at.milliseconds, Data(bytes)], about: "the report of host \(host)")
  }
}
