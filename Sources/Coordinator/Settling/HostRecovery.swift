import Fleet
import RoostProto
import Store

/// Takes back a host whose row the database has lost.
struct HostRecovery: Sendable {
  let office: Office
  let store: FleetStore
  let inventory: Inventory
  let clock: any WallClock

  static let unknown = FleetError(
    .denied, "this host is not in the fleet any more", hint: "join again: roost host token create")

  /// The host of a certificate, by the name and the machine that its agent says it is.
  ///
  /// Only while the fleet settles: else a host that has no row was removed. The certificate is of this fleet's
  /// authority and is not revoked, or the call would not have come here.
  /// - Throws: ``FleetError`` with code `denied` if the fleet does not settle, `conflict` if another host has the name
  ///   or the machine.
  func host(_ id: HostID, _ hello: Roost_V1_Hello) async throws -> Host {
    let name = try Name.checked(
      hello.hostName.isEmpty ? String(hello.host.hostname.prefix { $0 != "." }) : hello.hostName, of: "host")
    guard (1...64).contains(hello.machineUuid.utf8.count) else {
      throw FleetError(.invalid, "the agent of host \(name) does not say which machine it is on")
    }
    let now = clock.now()
    let machine = hello.machineUuid
    let host = try await store.commit { transaction -> Host in
      guard try transaction.settling() != nil else { throw Self.unknown }
      let host = Host(
        id: id, name: name, machineID: machine, joinedAt: now,
        certificateExpiresAt: try transaction.certificateExpiry(of: id) ?? now)
      try transaction.insertHost(host)
      try transaction.appendEvent(
        at: now, kind: "host.recovered", subject: name,
        message: "host \(name) is in the fleet again, by its certificate; the database did not know it")
      return host
    }
    await inventory.put(host)
    return host
  }
}
