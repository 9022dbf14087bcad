import Fleet
import Logging
import PKI
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension AgentReception {
  /// Writes a host's last report down, so that its domains are still known when the coordinator starts while the
  /// host is away.
  func saveReport(of id: HostID) async throws {
    guard let entry = await inventory.view.hosts[id] else { return }
    let delta = Roost_V1_DomainDelta.with {
      $0.complete = true
      $0.changed = entry.domains.values.sorted { $0.id < $1.id }.map(\.message)
    }
    let bytes: [UInt8] = try delta.serializedBytes()
    let at = entry.domainsAt ?? clock.now()
    try await store.commit { try $0.saveReport(of: id, at: at, bytes: bytes) }
  }

  /// Waits until a host has said nothing for longer than its statistics leave room for.
  ///
  /// A pulled cable ends no TCP connection for many minutes, and keepalive may be eaten by what lies between.
  func listen(to hostID: HostID) async throws {
    let limit = Double(Self.statisticsSeconds) * 3
    let beginning = clock.now()
    while true {
      try await Task.sleep(for: .seconds(5))
      let heard = max(await inventory.view.hosts[hostID]?.seenAt ?? beginning, beginning)
      let silence = clock.now().seconds(since: heard)
      guard silence > limit else { continue }
      throw FleetError(.unreachable, "the agent says nothing for \(Int(min(silence, 1e6))) s", retryable: true)
    }
  }

  /// Records every address that two VMs have since the last look, with both owners.
  func tellConflicts() async throws {
    let view = await inventory.view
    let ledger = try await store.read { try $0.macEntries(includeRetired: false) }
    let fresh = await conflicts.fresh(among: view.conflicts(ledger: ledger))
    guard !fresh.isEmpty else { return }
    let now = clock.now()
    try await store.commit { transaction in
      for conflict in fresh {
        try transaction.appendEvent(
          at: now, kind: "mac.conflict", subject: conflict.entry.mac.description, message: conflict.sentence)
      }
    }
    for conflict in fresh { logger.warning("\(conflict.sentence)") }
  }

  /// Reads a report that ``saveReport(of:)`` wrote.
  static func domains(inReport bytes: [UInt8]) throws -> [ObservedDomain] {
    try Roost_V1_DomainDelta(serializedBytes: bytes).changed.map { try ObservedDomain($0) }
  }

  /// True if a VM that belongs on the host needs the image.
  func mayFetch(_ image: ImageID, _ hostID: HostID) async throws -> Bool {
    await inventory.view.vms.values.contains { vm in
      vm.hostID == hostID && vm.spec.disks.contains { $0.image?.id == image }
    }
  }

  /// A new certificate for a connected host.
  func renew(_ hostID: HostID, requestPEM: String, _ registry: Registry) async throws -> Certificate {
    let now = clock.now()
    let renewed = try await store.commit { transaction -> (Certificate, Host) in
      guard var host = try transaction.host(hostID) else {
        throw FleetError(.denied, "this host is not in the fleet any more")
      }
      let certificate = try registry.issue(agent: hostID, requestPEM: requestPEM)
      host.certificateExpiresAt = Timestamp(seconds: certificate.notAfter)
      try transaction.updateHost(host)
      try transaction.insertCertificate(
        serial: certificate.serial.hex, subject: hostID.description, role: "agent",
        expiresAt: host.certificateExpiresAt)
      try transaction.appendEvent(
        at: now, kind: "host.renewed", subject: host.name,
        message: "host \(host.name) has a new certificate until \(host.certificateExpiresAt)")
      return (certificate, host)
    }
    await inventory.put(renewed.1)
    await feed.poke()
    return renewed.0
  }
}
