import Fleet
import Foundation
import Logging
import PKI
import Platform
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// The authority's signed lists of revoked certificates: one beside `ca.crt`, which outlives the database, and one with
/// which agents check the coordinator's certificate.
///
/// Code that revokes a certificate need not know of this: after each commit the lists are compared with the database.
actor RevocationLists {
  /// The least time between two versions of the lists.
  static let pause: Duration = .milliseconds(500)
  /// The role of a certificate of which only the revocation is known.
  static let unknownRole = "unknown"

  private let store: FleetStore
  private let issuer: CertificateIssuer
  private let key: CoordinatorKey
  private let directory: DataDirectory
  private let sessions: ConnectedAgents
  private let logger: Logger
  /// Ends the calls and connections of certificates, by their serial numbers.
  private let cut: @Sendable (Set<String>) -> Void
  private var listed: Set<String>?
  private var number: Int64 = 0
  /// The list for agents, DER; empty until it is first made.
  private(set) var forAgents: [UInt8] = []
  /// The trust information in a welcome.
  private(set) var trust = Roost_V1_CoordinatorTrust()

  init(
    store: FleetStore, issuer: CertificateIssuer, key: CoordinatorKey, directory: DataDirectory,
    sessions: ConnectedAgents, logger: Logger, cut: @escaping @Sendable (Set<String>) -> Void = { _ in }
  ) {
    self.store = store
    self.issuer = issuer
    self.key = key
    self.directory = directory
    self.sessions = sessions
    self.logger = logger
    self.cut = cut
  }

  /// Revokes in a database whatever the list beside `ca.crt` revokes, because the database may be an older backup.
  /// - Returns: how many certificates were newly revoked.
  /// - Throws: ``FleetError`` with code `precondition` for a list that can't be read or that another authority signed.
  @discardableResult
  static func takeOver(
    _ directory: DataDirectory, _ authorities: FleetAuthorities, store: FleetStore, at now: Timestamp
  ) async throws -> Int {
    guard let list = try read(directory, authorities) else { return 0 }
    let entries = list.entries
    let end = Timestamp(seconds: authorities.pair.issuing.certificate.notAfter)
    return try await store.commit { transaction in
      var count = 0
      for entry in entries {
        let serial = entry.serial.hex
        let known = try transaction.certificate(serial: serial)
        guard known?.revokedAt == nil else { continue }
        if known == nil {
          try transaction.insertCertificate(serial: serial, subject: "", role: unknownRole, expiresAt: end)
        }
        try transaction.revokeCertificate(serial: serial, at: Timestamp(seconds: entry.revokedAt))
        count += 1
      }
      if count > 0 {
        try transaction.appendEvent(
          at: now, kind: .certificateRevokedAgain, subject: Caller.coordinator,
          message: "\(count) certificates that ca.crl names, and this database did not, are revoked")
      }
      return count
    }
  }

  private static func read(_ directory: DataDirectory, _ authorities: FleetAuthorities) throws -> RevocationList? {
    guard FileManager.default.fileExists(atPath: directory.revocations) else { return nil }
    do {
      let list = try RevocationList(pem: directory.read(directory.revocations))
      try authorities.check(list)
      return list
    } catch let error as PKIError {
      throw FleetError(
        .precondition, "\(directory.revocations) can't be used: \(error)",
        hint:
          "put the copy of it there that belongs to ca.crt; without one, remove it, and revoke again what was revoked")
    }
  }

  /// Makes the lists if they differ from the database, stores one and sends agents the other, and ends the calls and
  /// connections of newly revoked certificates.
  /// - Parameter always: makes them even without a difference, signed by the present authority.
  func publish(always: Bool = false) async throws {
    let now = issuer.clock.now()
    // An expired certificate is refused anyway.
    let revoked = try await store.read { try $0.revokedCertificates() }.filter { $0.expiresAt > now }
    let serials = Set(revoked.map(\.serial))
    // Agents that hear of it connect again: until the coordinator shows another certificate, its own is not listed.
    let isShown = serials.contains(key.pair.certificate.serial.hex)
    guard always || (serials != listed && !isShown) else { return }
    cut(serials.subtracting(listed ?? []))
    let kept = try Self.read(directory, issuer.authorities)?.number ?? 0
    let next = max(number, kept).addingReportingOverflow(1)
    guard !next.overflow else { throw FleetError(.internal, "\(directory.revocations) has the last number there is") }
    number = max(next.partialValue, now.milliseconds)
    let all = try list(revoked, at: now)
    try AtomicFile.replace(directory.revocations, with: all.pem.utf8, mode: 0o644)
    forAgents = try list(revoked.filter { ["coordinator", Self.unknownRole].contains($0.role) }, at: now).der
    listed = serials
    try await tellTrust()
  }

  /// Sends all agents the trusted authorities and the revocations.
  func tellTrust() async throws {
    let authorities = try issuer.authorities.told(at: issuer.clock.now())
    let revocations = Data(forAgents)
    trust = .with {
      $0.revocations = revocations
      $0.authorities = authorities
    }
    let trust = trust
    await sessions.tellAll(.with { $0.trust = trust })
  }

  /// Updates the lists after each revocation, until the task is cancelled.
  func run() async throws {
    for await _ in store.eventSignal.values() {
      do {
        try await publish()
      } catch {
        logger.error("the revocation lists are not made: \(FleetError(error))")
      }
      try await Task.sleep(for: Self.pause)
    }
    try await Task.sleep(for: .seconds(86_400 * 365))
  }

  private func list(_ revoked: [CertificateRecord], at now: Timestamp) throws -> RevocationList {
    let entries = revoked.compactMap { certificate -> RevokedCertificate? in
      guard let serial = SerialNumber(hex: certificate.serial), let revokedAt = certificate.revokedAt else {
        return nil
      }
      return RevokedCertificate(serial: serial, revokedAt: revokedAt.seconds)
    }
    // It is valid as long as the authority: an agent that gets no newer one must not be locked out.
    let authority = issuer.authorities.pair.present
    return try authority.revocationList(
      entries: entries, number: number, now: now.seconds, nextUpdate: authority.certificate.notAfter)
  }
}
