internal import Fleet
internal import PKI
internal import Platform
internal import Synchronization

/// The coordinators' certificates that the fleet's authority has revoked, as far as this host knows.
///
/// The authority signs the list, so a coordinator's key alone can't shorten it.
final class CoordinatorTrust: Sendable {
  /// Its file in the state directory, DER.
  static let file = "revocations.crl"

  private let directory: StateDirectory
  private let kept: Mutex<RevocationList?>

  /// Reads the stored list.
  /// - Throws: ``FleetError`` with code `internal` if the file is damaged, because without it revoked certificates
  ///   would be trusted again.
  init(_ directory: StateDirectory) throws {
    self.directory = directory
    do {
      kept = Mutex(
        try HostFile.read(directory.file(Self.file), limit: RevocationList.byteLimit).map {
          try RevocationList(der: $0)
        })
    } catch let error as PKIError {
      throw FleetError(
        .internal, "\(directory.file(Self.file)) is damaged: \(error)",
        hint: "join again, which restores it: roost-agent join - --state-dir \(directory.path.shellQuoted)")
    }
  }

  /// Stores a list that is newer than the stored one.
  /// - Throws: ``FleetError`` with code `denied` for a list that none of the authorities has signed.
  func hear(_ der: [UInt8], from authorities: [Certificate]) throws {
    guard !der.isEmpty else { return }
    let list: RevocationList
    do {
      list = try RevocationList(der: der)
      guard Self.isSigned(list, by: authorities) else {
        throw PKIError(.badSignature, "no authority that the host trusts has signed it")
      }
    } catch let error as PKIError {
      throw FleetError(.denied, "the coordinator's list of revoked certificates is not acceptable: \(error)")
    }
    try kept.withLock { kept in
      if let earlier = kept, Self.isSigned(earlier, by: authorities), list.number ?? 0 <= earlier.number ?? 0 {
        return
      }
      try AtomicFile.replace(directory.file(Self.file), with: der)
      kept = list
    }
  }

  private static func isSigned(_ list: RevocationList, by authorities: [Certificate]) -> Bool {
    authorities.contains { (try? list.verify(issuedBy: $0)) != nil }
  }

  /// True if the list has the certificate.
  func isRevoked(_ serial: SerialNumber) -> Bool { kept.withLock { $0?.entry(for: serial) != nil } }

  /// Removes the list, for a host that joins the fleet of another authority.
  static func forget(in directory: StateDirectory) throws {
    try HostFile.remove(directory.file(file))
  }
}
