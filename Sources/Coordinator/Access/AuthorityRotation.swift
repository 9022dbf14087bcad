import Fleet
import PKI
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Replaces the fleet's authority without a visit to any host: agents trust both authorities while hosts and users get
/// certificates of the new one; then only the new one is trusted.
struct AuthorityRotation: Sendable {
  let directory: DataDirectory
  /// Replaces the coordinator's own key at the end of a rotation.
  let coordinator: CoordinatorKeyRotation

  private var authorities: FleetAuthorities { coordinator.issuer.authorities }
  private var store: FleetStore { coordinator.store }
  private var revocations: RevocationLists { coordinator.revocations }

  /// The hosts and users without a certificate of the newest authority.
  struct Left: Sendable {
    var hosts: [String] = []
    var users: [String] = []
  }

  /// The authorities, with the hosts and users that still lack a new certificate.
  func show() async throws -> Roost_V1_AuthoritiesResponse {
    let (pair, now) = (authorities.pair, coordinator.clock.now())
    let left = try await store.read { try Self.left($0, pair, at: now) }
    return Self.answer(pair, left)
  }

  /// Makes and stores a successor and announces it to all agents, which then renew their certificates.
  /// - Throws: ``FleetError`` with code `precondition` if there is a successor already.
  func begin(_ write: IdempotencyKey) async throws -> Roost_V1_AuthoritiesResponse {
    let now = coordinator.clock.now()
    let pair = authorities.pair
    // Made before the transaction and stored in it, so that a repeated request makes no second one.
    let successor = try pair.present.successor(now: now.seconds)
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      guard authorities.pair.successor == nil else {
        throw FleetError(
          .precondition, "the authority is being replaced already",
          hint: "see who has moved: roost ca show; then: roost ca rotate-authority --finish")
      }
      try directory.keep(successor: successor)
      authorities.begin(successor)
      let pair = authorities.pair
      try transaction.appendEvent(
        at: now, kind: .authorityRotationBegun, subject: Caller.coordinator,
        message: "a new authority \(successor.certificate.fingerprint.hex) is trusted beside the present one")
      return (answer: Self.answer(pair, try Self.left(transaction, pair, at: now)), value: true)
    }
    if outcome.value != nil { try await revocations.tellTrust() }
    return outcome.answer
  }

  /// Trusts only the successor: certificates of the earlier authority become invalid, and its key is removed.
  /// - Throws: ``FleetError`` with code `precondition` if there is no successor, or if hosts still lack a new
  ///   certificate and `force` is false.
  func finish(_ write: IdempotencyKey, force: Bool) async throws -> Roost_V1_AuthoritiesResponse {
    let now = coordinator.clock.now()
    let pair = authorities.pair
    let shown = try pair.successor.map {
      try CoordinatorKey.issue(coordinator.issuer, by: $0, listen: coordinator.listen)
    }
    let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
      guard let successor = authorities.pair.successor, let shown else {
        throw FleetError(
          .precondition, "the authority is not being replaced", hint: "begin: roost ca rotate-authority")
      }
      let left = try Self.left(transaction, pair, at: now)
      guard force || left.hosts.isEmpty else { throw Self.refusal(left.hosts) }
      let fingerprint = successor.certificate.fingerprint.hex
      let earlier = try transaction.certificates().filter { $0.isValid(at: now) && $0.authority != fingerprint }
      for certificate in earlier { try transaction.revokeCertificate(serial: certificate.serial, at: now) }
      let tokens = try transaction.revokeOpenTokens(
        at: now, because: "it pins an authority that the fleet no longer trusts")
      try CoordinatorKey.note(shown, by: successor, in: transaction, issuedAt: now)
      try transaction.appendEvent(
        at: now, kind: .authorityRotated, subject: Caller.coordinator,
        message: "the authority \(fingerprint) is the only one; \(earlier.count) certificates and \(tokens) join "
          + "tokens of the earlier one are revoked")
      return (answer: Self.answer(.init(present: successor), left), value: shown)
    }
    guard let shown = outcome.value else { return outcome.answer }
    authorities.finish()
    do {
      // In this order: agents reconnect on the announcement and then see the new certificate; and until the last step a
      // restarted coordinator knows both authorities, so the whole call can be repeated.
      try coordinator.key.show(shown)
      try await revocations.publish(always: true)
      try directory.finishSuccession()
    } catch {
      let cause = FleetError(error).message
      throw FleetError(
        .internal, "the earlier authority is no longer trusted, but that could not be stored: \(cause)",
        hint: "make room in \(directory.path.shellQuoted), restart the coordinator, and type this again")
    }
    return outcome.answer
  }

  /// Hosts and users whose valid certificates are all of an earlier authority, while there is a successor.
  private static func left(
    _ reader: FleetSnapshotReader, _ pair: FleetAuthorities.Pair, at now: Timestamp
  ) throws -> Left {
    guard let successor = pair.successor else { return Left() }
    let fingerprint = successor.certificate.fingerprint.hex
    let good = try reader.certificates().filter { $0.isValid(at: now) }
    let moved = Set(good.filter { $0.authority == fingerprint }.map { "\($0.role) \($0.subject)" })
    var left = Left()
    left.hosts = try reader.hosts().filter { $0.revokedAt == nil && !moved.contains("agent \($0.id)") }.map(\.name)
    left.users = Set(good.filter { $0.role == "operator" && !moved.contains("operator \($0.subject)") }.map(\.subject))
      .sorted()
    return left
  }

  private static func refusal(_ hosts: [String]) -> FleetError {
    let named = hosts.prefix(8).joined(separator: ", ")
    let more = hosts.count > 8 ? ", …" : ""
    let count = hosts.count == 1 ? "a host lives" : "\(hosts.count) hosts live"
    return FleetError(
      .precondition, "\(count) by the earlier authority: \(named)\(more)",
      hint: "wait until they have connected (roost ca show); --force leaves them behind, and they must join again")
  }

  private static func answer(_ pair: FleetAuthorities.Pair, _ left: Left) -> Roost_V1_AuthoritiesResponse {
    .with {
      $0.authorities = pair.all.map { authority in
        .with {
          $0.fingerprint = authority.certificate.fingerprint.hex
          $0.state = authority.certificate == pair.present.certificate ? "present" : "successor"
          $0.beginsAt = Timestamp(seconds: authority.certificate.notBefore).milliseconds
          $0.expiresAt = Timestamp(seconds: authority.certificate.notAfter).milliseconds
        }
      }
      $0.hostsLeft = left.hosts
      $0.usersLeft = left.users
    }
  }
}
