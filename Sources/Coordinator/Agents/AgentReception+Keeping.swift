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
  /// host is away; and in the same transaction what the ledger learns from it.
  func saveReport(of id: HostID) async throws {
    let view = await inventory.view
    guard let entry = view.hosts[id] else { return }
    let delta = Roost_V1_DomainDelta.with {
      $0.complete = true
      $0.changed = entry.domains.values.sorted { $0.id < $1.id }.map(\.message)
    }
    let bytes: [UInt8] = try delta.serializedBytes()
    let at = entry.domainsAt ?? clock.now()
    let sightings = view.sightings(on: id, at: at)
    try await store.commit { transaction in
      try transaction.saveReport(of: id, at: at, bytes: bytes)
      try transaction.sight(sightings, on: id, sources: [.domain], at: at)
    }
  }

  /// Writes down what the DHCP servers of a host's networks keep, if it is not written down already.
  func keepReservations(of id: HostID) async throws {
    guard let entry = await inventory.view.hosts[id], let facts = entry.facts else { return }
    let at = clock.now()
    let host = entry.host.name
    let seen = facts.networks.flatMap { network in
      network.reservations.map { MACSighting(fixed: $0, in: network, host: host, hostID: id, at: at) }
    }
    let known = try await store.read { try $0.openSightings(of: id) }.filter { $0.source == .dhcp }
    func essence(_ sightings: [MACSighting]) -> Set<[String]> {
      Set(sightings.map { [$0.mac.description, $0.owner.vm, $0.owner.host, $0.network, $0.bridge] })
    }
    guard essence(known) != essence(seen) else { return }
    try await store.commit { try $0.sight(seen, on: id, sources: [.dhcp], at: at) }
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

  /// Records every address of these that two VMs have since the last look, with both owners, and every two that run
  /// and must not run beside each other.
  func tellConflicts(of macs: Set<MACAddress>, doubleRunsOf ids: Set<VMID>) async throws {
    let ledger = try await store.read { try LedgerPage.of(macs, $0) }
    try await forgetAcceptances(of: macs, ledger)
    let view = await inventory.view
    try await tell(
      conflicts.look(view.conflicts(ledger, of: macs), of: macs, doubleRuns: view.twins(ofDomains: ids), of: ids))
  }

  /// Records what is new, and that it is told, in one transaction.
  func tell(_ findings: ConflictWatch.Findings) async throws {
    guard !findings.isEmpty else { return }
    let now = clock.now()
    do {
      try await store.commit { transaction in
        for alarm in findings.fresh {
          try transaction.appendEvent(
            at: now, kind: alarm.key.kind.rawValue, subject: alarm.subject, message: alarm.sentence)
        }
        try transaction.tellAlarms(Set(findings.fresh.map(\.key)), ended: findings.ended)
      }
    } catch {
      await conflicts.takeBack(findings)
      throw error
    }
    for alarm in findings.fresh { logger.warning("\(alarm.sentence)") }
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
