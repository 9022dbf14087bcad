import Fleet
import Logging
import PKI
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension AgentStreamHandler {
  /// Stores a host's last report, so that its domains are known when the coordinator starts while the host is offline;
  /// updates the ledger's sightings in the same transaction. Of a report that equals the stored one only the time is
  /// written.
  func saveReport(of id: HostID) async throws {
    let view = await inventory.view
    guard let entry = view.hosts[id] else { return }
    let now = clock.now()
    let at = entry.domainsAt ?? now
    let sightings = view.sightings(on: id, at: at)
    let bytes: [UInt8]? = try entry.isStored ? nil : Self.report(of: entry)
    let isTooLarge = bytes.map { $0.count > HostQuota.reportBytes } ?? false
    let maySight = pace.take(1, "sightings", .sightings, of: id) == nil
    let written = try await store.commit { transaction in
      if let bytes, !isTooLarge {
        try transaction.saveReport(of: id, at: at, bytes: bytes)
      } else if !isTooLarge {
        try transaction.confirmReport(of: id, at: at)
      }
      return maySight ? try transaction.sight(sightings, on: id, sources: [.domain], at: now) : 0
    }
    if !isTooLarge { await inventory.stored(entry.domains, of: id) }
    // A host that invents new addresses repeatedly must not fill the disk with them.
    if written > 1 { pace.spend(Double(written - 1), "sightings", .sightings, of: id) }
    if isTooLarge || !maySight {
      let what = isTooLarge ? "its report is too large to be kept" : "it has more new addresses than are written down"
      logger.warning("host \(entry.host.name): \(what)")
    }
  }

  /// Records the DHCP reservations of a host's networks, unless they are recorded already.
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

  /// Waits until a stream is too old. Throws when its agent has been silent for longer than its statistics interval
  /// allows, independent of the time of day.
  ///
  /// A pulled cable ends no TCP connection for many minutes, and a middlebox may swallow keepalive.
  func watch(_ session: AgentConnection, atMost age: Duration) async throws {
    let limit = Duration.seconds(Int64(Self.statisticsSeconds) * 3)
    var left = age
    while left > .zero {
      try await Task.sleep(for: AgentConnection.lookInterval)
      left -= AgentConnection.lookInterval
      session.countSilentInterval()
      let silence = session.silence
      guard silence > limit else { continue }
      throw FleetError(.unreachable, "the agent says nothing for \(silence.components.seconds) s", retryable: true)
    }
  }

  /// Records new conflicts of these addresses, with both owners, and new pairs that run but must not run at the same
  /// time.
  func recordNewConflicts(of macs: Set<MACAddress>, doubleRunsOf ids: Set<VMID>, from host: HostID) async throws {
    let ledger = try await store.read { try LedgerSlice.of(macs, $0) }
    try await forgetAcceptances(of: macs, ledger)
    let view = await inventory.view
    try await recordAlarms(
      conflicts.look(view.conflicts(ledger, of: macs), of: macs, doubleRuns: view.duplicates(ofDomains: ids), of: ids),
      from: host)
  }

  /// Records new alarms, and that they were reported, in one transaction.
  /// - Parameter host: the host whose report showed them; nil for those found at the start.
  func recordAlarms(_ findings: ReportedConflicts.Findings, from host: HostID? = nil) async throws {
    guard !findings.isEmpty else { return }
    let now = clock.now()
    // Conflicts of one host are limited, so that they can't push other events out.
    let said = findings.fresh.compactMap { alarm -> (ReportedConflicts.Alarm, String)? in
      guard let host else { return (alarm, alarm.sentence) }
      let kind = alarm.key.kind.event
      return rates.sentence(alarm.sentence, kind, of: host, at: now, limit: Self.conflictLimit).map { (alarm, $0) }
    }
    do {
      try await store.commit { transaction in
        for (alarm, sentence) in said {
          try transaction.appendEvent(
            at: now, kind: alarm.key.kind.event, subject: alarm.subject, message: sentence)
        }
        try transaction.tellAlarms(Set(findings.fresh.map(\.key)), ended: findings.ended)
      }
    } catch {
      await conflicts.takeBack(findings)
      throw error
    }
    for (_, sentence) in said { logger.warning("\(sentence)") }
  }

  /// The most events about conflicts from one host's reports in an hour.
  static let conflictLimit = 500

  /// Records until when a host's stored report held, if it is its last one. A report that nothing changed was not
  /// written again, and the next run shall not take it for older than it is; one that could not be written is not
  /// what the store has.
  func confirmReport(of id: HostID) async throws {
    guard let entry = await inventory.view.hosts[id], let at = entry.domainsAt, entry.isStored else { return }
    try await store.commit { try $0.confirmReport(of: id, at: at) }
  }

  private static func report(of entry: HostEntry) throws -> [UInt8] {
    let delta = Roost_V1_DomainDelta.with {
      $0.complete = true
      $0.changed = entry.domains.values.sorted { $0.id < $1.id }.map(\.message)
    }
    return try delta.serializedBytes()
  }

  /// Reads a report that ``saveReport(of:)`` stored.
  static func domains(inReport bytes: [UInt8]) throws -> [ObservedDomain] {
    try Roost_V1_DomainDelta(serializedBytes: bytes).changed.map { try ObservedDomain($0) }
  }

  /// True if a VM that belongs on the host needs the image.
  func mayFetch(_ image: ImageID, _ hostID: HostID) async throws -> Bool {
    await inventory.view.managedVMs(on: hostID).contains { vm in
      vm.spec.disks.contains { $0.image?.id == image }
    }
  }

  /// A new certificate for a connected host.
  func renew(_ hostID: HostID, requestPEM: String, _ issuer: CertificateIssuer) async throws -> Certificate {
    try pace.check("certificates", .renewals, of: hostID)
    let now = clock.now()
    let authority = issuer.authorities.pair.issuing
    return try await store.commit { transaction in
      guard var host = try transaction.host(hostID) else {
        throw FleetError(.denied, "this host is not in the fleet any more")
      }
      let certificate = try issuer.issue(agent: hostID, requestPEM: requestPEM, by: authority)
      host.certificateExpiresAt = Timestamp(seconds: certificate.notAfter)
      try transaction.updateHost(host)
      try transaction.insertCertificate(
        serial: certificate.serial.hex, subject: hostID.description, role: "agent", issuedAt: now,
        expiresAt: host.certificateExpiresAt, authority: authority.certificate.fingerprint.hex)
      try transaction.appendEvent(
        at: now, kind: .hostRenewed, subject: host.name,
        message: "host \(host.name) has a new certificate until \(host.certificateExpiresAt)")
      return certificate
    }
  }
}
