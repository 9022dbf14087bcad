import Fleet
import Foundation
import PKI
import Platform

/// The authorities' files in the data directory.
///
/// While the authority is being replaced, its successor's files are beside it. The rotation ends with two renames, the
/// certificate first; after a crash between them the next read completes them.
extension DataDirectory {
  /// The successor's certificate; it exists only while the authority is being replaced.
  var successorCertificate: String { path + "/ca-next.crt" }
  /// The successor's key, mode 0600.
  var successorKey: String { path + "/ca-next.key" }

  /// The fleet's authority and its successor, if there is one.
  /// - Throws: ``FleetError`` with code `precondition` if files are missing or do not belong together.
  func authorities() throws -> FleetAuthorities {
    guard FileManager.default.fileExists(atPath: authorityCertificate) else { throw missing() }
    try completeSuccession()
    guard FileManager.default.fileExists(atPath: authorityKey) else { throw missing() }
    let present = try load(authorityCertificate, authorityKey)
    guard FileManager.default.fileExists(atPath: successorCertificate) else { return FleetAuthorities(present) }
    let successor = try load(successorCertificate, successorKey)
    guard successor.fleetID == present.fleetID else {
      throw FleetError(.precondition, "ca-next.crt in \(path) is of another fleet than ca.crt")
    }
    return FleetAuthorities(present, successor: successor)
  }

  /// Stores a successor beside the authority.
  func keep(successor: CertificateAuthority) throws {
    try AtomicFile.replace(successorKey, with: successor.key.pem().utf8)
    try AtomicFile.replace(successorCertificate, with: successor.certificate.pem.utf8, mode: 0o644)
  }

  /// Replaces the authority with its successor; the earlier key is gone after it.
  func finishSuccession() throws {
    try AtomicFile.rename(successorCertificate, to: authorityCertificate)
    try AtomicFile.rename(successorKey, to: authorityKey)
  }

  /// Makes the second rename after an interruption between the two.
  private func completeSuccession() throws {
    guard !FileManager.default.fileExists(atPath: successorCertificate),
      FileManager.default.fileExists(atPath: successorKey), let certificate = try? read(authorityCertificate),
      let key = try? read(successorKey),
      (try? CertificateAuthority(certificatePEM: certificate, keyPEM: key, random: SystemRandom())) != nil
    else { return }
    try AtomicFile.rename(successorKey, to: authorityKey)
  }

  private func load(_ certificate: String, _ key: String) throws -> CertificateAuthority {
    do {
      return try CertificateAuthority(certificatePEM: read(certificate), keyPEM: read(key), random: SystemRandom())
    } catch let error as PKIError {
      let names = [certificate, key].map { $0.dropFirst(path.count).dropFirst() }.joined(separator: " and ")
      throw FleetError(.precondition, "\(names) in \(path) can't be used: \(error)")
    }
  }

  private func missing() -> FleetError {
    FleetError(
      .precondition, "the fleet's authority is not in \(path)",
      hint: "put its ca.crt and ca.key there first: hosts know the fleet by nothing else")
  }
}
