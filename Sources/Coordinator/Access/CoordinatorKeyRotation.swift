import Fleet
import Logging
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Replaces the coordinator's key: before its certificate ends, and at once on request.
struct CoordinatorKeyRotation: Sendable {
  /// The interval between two checks.
  static let interval: Duration = .seconds(600)

  let key: CoordinatorKey
  let issuer: CertificateIssuer
  let listen: ListenAddress
  let store: FleetStore
  let revocations: RevocationLists
  let clock: any WallClock
  let logger: Logger

  /// Renews when it is time, until the task is cancelled.
  func run() async throws {
    while true {
      do {
        try await renewInTime()
      } catch {
        logger.error("the coordinator's certificate is not renewed: \(FleetError(error))")
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// Makes a new pair if a third of the present lifetime is left. The old one is not revoked; it expires.
  func renewInTime() async throws {
    let now = clock.now()
    guard now.seconds >= key.pair.certificate.renewalTime else { return }
    let authority = issuer.authorities.pair.present
    let pair = try CoordinatorKey.issue(issuer, by: authority, listen: listen)
    let expiresAt = Timestamp(seconds: pair.certificate.notAfter)
    try await store.commit { transaction in
      try CoordinatorKey.note(pair, by: authority, in: transaction, issuedAt: now)
      try transaction.appendEvent(
        at: now, kind: .coordinatorRenewed, subject: Caller.coordinator,
        message: "the coordinator has a new key and a certificate until \(expiresAt)")
    }
    try key.show(pair)
  }

  /// Makes a new pair, revokes all other certificates of the coordinator, and informs all agents.
  func rotate(_ write: IdempotencyKey) async throws -> Roost_V1_CertificatesResponse {
    let now = clock.now()
    let authority = issuer.authorities.pair.present
    let pair = try CoordinatorKey.issue(issuer, by: authority, listen: listen)
    let expiresAt = Timestamp(seconds: pair.certificate.notAfter)
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      let earlier = try transaction.certificates(of: Caller.coordinator, role: "coordinator")
        .filter { $0.isValid(at: now) }
      for certificate in earlier { try transaction.revokeCertificate(serial: certificate.serial, at: now) }
      try CoordinatorKey.note(pair, by: authority, in: transaction, issuedAt: now)
      try transaction.appendEvent(
        at: now, kind: .coordinatorRotated, subject: Caller.coordinator,
        message:
          "the coordinator has a new key and a certificate until \(expiresAt); \(earlier.count) earlier ones are "
          + "revoked")
      let new = try transaction.certificate(serial: pair.certificate.serial.hex)
      return (
        answer: Roost_V1_CertificatesResponse.with { $0.certificates = [new?.message].compactMap { $0 } }, value: true
      )
    }
    if outcome.value != nil {
      do {
        try key.show(pair)
      } catch {
        logger.error("the coordinator's new key is in use but not kept: \(error)")
      }
      try await revocations.publish()
    }
    return outcome.answer
  }
}
