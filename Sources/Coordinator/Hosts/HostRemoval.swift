import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// Removes hosts from the fleet: one that is given back, whose guests run on without Roost, or one that is lost with
/// everything on it.
struct HostRemoval: Sendable {
  /// The result of a removal.
  private struct Removed: Sendable {
    var host: HostID
    var ended: [FleetOperation]
    var serials: [String]
  }

  let admission: Admission
  let sessions: ConnectedAgents
  let calls: LiveCalls

  /// Removes a host. Every address that it was last seen with enters quarantine, since its guests may still use it.
  /// - Throws: ``FleetError``: `notFound`; `precondition` while VMs belong on it, or for a removal as lost of a host
  ///   that is connected or was not confirmed by name.
  func remove(_ request: Roost_V1_RemoveHostRequest) async throws -> Roost_V1_HostResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let outcome = try await admission.inTurn(write, as: .message) {
      let view = await admission.inventory.view
      let entry = try view.requiredHost(request.host)
      if request.lost { try Self.checkLost(entry, confirmedName: request.confirmedName) }
      let now = admission.clock.now()
      let until = now.adding(seconds: admission.context.quarantineSeconds)
      let stay = Self.left(on: entry)
      let answer = Roost_V1_HostResponse.with {
        $0.host = view.summary(of: entry).message
        $0.notes = Self.notes(stay, on: entry, until: until)
      }
      return { transaction in
        let removed = try Self.write(removalOf: entry, lost: request.lost, in: transaction, at: now, until: until)
        return (answer: answer, value: removed)
      }
    }
    if let removed = outcome.value {
      calls.cut(serials: removed.serials)
      await sessions.disconnect(removed.host)
      for operation in removed.ended { await admission.driver.drop(operation) }
    }
    return outcome.answer
  }

  private static func write(
    removalOf entry: HostEntry, lost: Bool, in transaction: FleetTransaction, at now: Timestamp, until: Timestamp
  ) throws -> Removed {
    let host = entry.host
    let vms = try transaction.vms(on: host.id)
    guard lost || vms.isEmpty else { throw refusal(vms, on: entry) }
    let ended = try Admission.endOperations(
      try transaction.openOperations(on: host.id), in: transaction, at: now,
      because: "host \"\(host.name)\" \(lost ? "is lost" : "left the fleet")")
    for vm in vms {
      try transaction.removeWithAddresses(vm.id, at: now, quarantineUntil: until, leftBehind: true)
      try transaction.appendEvent(
        at: now, kind: .vmLost, subject: vm.spec.name,
        message: "VM \"\(vm.spec.name)\" is removed with its lost host \(host.name)")
    }
    if lost { try transaction.removeTombstones(on: host.id) }
    try transaction.restAddresses(seenOn: host.id, addresses(of: entry), at: now, until: until)
    let serials = try transaction.certificates(of: host.id.description).map(\.serial)
    try transaction.removeHost(host.id, at: now)
    let fate =
      lost ? "is lost; \(vms.count) \(vms.count == 1 ? "VM" : "VMs") removed with it" : "left the fleet"
    try transaction.appendEvent(
      at: now, kind: lost ? .hostLost : .hostRemoved, subject: host.name,
      message: "host \(host.name) \(fate); its guests were not touched")
    return Removed(host: host.id, ended: ended, serials: serials)
  }

  private static func checkLost(_ entry: HostEntry, confirmedName: String) throws(FleetError) {
    let (name, quoted) = (entry.host.name, entry.host.name.shellQuoted)
    guard !entry.isConnected else {
      throw FleetError(
        .precondition, "host \"\(name)\" is connected, so it is not lost",
        hint: "give its VMs back and let it leave: roost release NAME…, then roost host remove \(quoted)")
    }
    guard confirmedName == name else {
      throw FleetError(
        .precondition, "to remove host \"\(name)\" as lost, with all its VMs, confirm its name",
        hint: "roost host remove \(quoted) --lost --confirm \(quoted)")
    }
  }

  private static func refusal(_ vms: [ManagedVM], on entry: HostEntry) -> FleetError {
    let host = entry.host.name
    let names = vms.prefix(8).map(\.spec.name.shellQuoted).joined(separator: " ")
    let more = vms.count > 8 ? " …" : ""
    let release = "release them first, their guests keep running: roost release \(names)\(more)"
    return FleetError(
      .precondition,
      "\(vms.count) \(vms.count == 1 ? "VM belongs" : "VMs belong") on host \"\(host)\", "
        + "\"\(vms[0].spec.name)\" among them",
      hint: entry.isConnected
        ? release : "if it will not come back: roost host remove \(host.shellQuoted) --lost; else \(release)")
  }

  /// The domains that stay on a host that leaves, as last seen, running ones first.
  private static func left(on entry: HostEntry) -> [ObservedDomain] {
    entry.domains.values.sorted { ($0.state.isActive ? 0 : 1, $0.name) < ($1.state.isActive ? 0 : 1, $1.name) }
  }

  private static func notes(_ domains: [ObservedDomain], on entry: HostEntry, until: Timestamp) -> [String] {
    guard !domains.isEmpty else { return [] }
    let names = domains.prefix(20).map { "\($0.name.printable)\($0.state.isActive ? " (runs)" : "")" }
    let more = domains.count > 20 ? " and \(domains.count - 20) more" : ""
    return [
      "\(names.joined(separator: ", "))\(more) \(domains.count == 1 ? "stays" : "stay") on \(entry.host.name); "
        + "their MAC addresses are in quarantine until \(until)"
    ]
  }

  private static func addresses(of entry: HostEntry) -> [MACAddress: AddressOwner] {
    var found: [MACAddress: AddressOwner] = [:]
    for domain in entry.domains.values.sorted(by: { $0.id < $1.id }) {
      for mac in domain.macs {
        found[mac] = AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name)
      }
    }
    return found
  }
}
