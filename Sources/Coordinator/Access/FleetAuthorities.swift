import Fleet
import Foundation
import PKI
import RoostProto
import SwiftProtobuf
import Synchronization

/// The authorities that the fleet trusts: the present one and, while it is being replaced, its successor.
///
/// The present one signs what all agents must be able to verify: the coordinator's certificate, revocation lists, and
/// the certificate of a joining host. The successor signs renewals, so that everybody moves to it.
final class FleetAuthorities: Sendable {
  /// Both authorities at one moment.
  struct Pair: Sendable {
    var present: CertificateAuthority
    var successor: CertificateAuthority?

    /// The authority that signs certificates for hosts and users that know both.
    var issuing: CertificateAuthority { successor ?? present }
    /// The present one first.
    var all: [CertificateAuthority] { [present] + [successor].compactMap { $0 } }
    /// The certificates of all, PEM.
    var pem: String { all.map(\.certificate.pem).joined() }
  }

  private let state: Mutex<Pair>
  /// The authorities that were replaced since this coordinator started; their last signatures must still be readable.
  private let earlier = Mutex<[Certificate]>([])

  init(_ present: CertificateAuthority, successor: CertificateAuthority? = nil) {
    state = Mutex(Pair(present: present, successor: successor))
  }

  /// The present pair.
  var pair: Pair { state.withLock { $0 } }

  /// The keys that verify and sign marks, the newest first: a mark survives a rotation only if it is signed again.
  var markKeys: [PrivateKey] { pair.all.reversed().map(\.key) }

  /// Adds a successor.
  func begin(_ successor: CertificateAuthority) { state.withLock { $0.successor = successor } }

  /// Trusts only the successor.
  func finish() {
    state.withLock { pair in
      guard let successor = pair.successor else { return }
      earlier.withLock { $0.append(pair.present.certificate) }
      pair = Pair(present: successor)
    }
  }

  /// Checks that one of the authorities signed a revocation list.
  func check(_ list: RevocationList) throws {
    let signers = [pair.all.map(\.certificate), earlier.withLock { $0 }]
    guard !signers.joined().contains(where: { (try? list.verify(issuedBy: $0)) != nil }) else { return }
    try list.verify(issuedBy: pair.present.certificate)
  }

  /// The authority that signed a certificate.
  /// - Throws: ``FleetError`` with code `denied` if none of the fleet's did.
  func issuer(of certificate: Certificate) throws(FleetError) -> CertificateAuthority {
    for authority in pair.all where (try? certificate.verify(issuedBy: authority.certificate)) != nil {
      return authority
    }
    throw FleetError(.denied, "the certificate is not one of this fleet's authority")
  }

  /// Checks that a client's certificate is valid at a moment; TLS calls this at each handshake.
  func check(client certificate: Certificate, at now: Timestamp) throws {
    let issuer = try issuer(of: certificate)
    try certificate.verify(chainTo: issuer.certificate, at: now.seconds, purpose: .client)
  }

  /// The trusted authorities in the form for agents.
  func told(at now: Timestamp) throws -> [Roost_V1_TrustedAuthority] {
    let pair = pair
    var told = [Roost_V1_TrustedAuthority.with { $0.certificate = Data(pair.present.certificate.der) }]
    if let successor = pair.successor {
      let endorsement = try pair.present.endorse(successor, now: now.seconds)
      told.append(
        .with {
          $0.certificate = Data(successor.certificate.der)
          $0.endorsement = Data(endorsement.der)
        })
    }
    return told
  }
}
