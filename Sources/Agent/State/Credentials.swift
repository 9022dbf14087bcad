internal import Fleet
internal import PKI
internal import Platform

/// The host's key and certificate and the fleet's authorities.
struct Credentials: Sendable {
  /// The host's private key, PEM.
  var keyPEM: String
  /// The host's certificate.
  var certificate: Certificate
  /// The fleet's authorities, the newest last: one, or two while it is being replaced.
  var authorities: [Certificate]

  /// Reads the credentials of a host that has joined; nil if it has not.
  init?(from directory: StateDirectory) throws {
    guard let key = try HostFile.read(directory.file("key.pem")),
      let certificate = try HostFile.read(directory.file("certificate.pem")),
      let authority = try HostFile.read(directory.file("authority.pem"))
    else { return nil }
    do {
      keyPEM = String(decoding: key, as: UTF8.self)
      self.certificate = try Certificate(pem: String(decoding: certificate, as: UTF8.self))
      authorities = try Certificate.bundle(pem: String(decoding: authority, as: UTF8.self))
      guard try PrivateKey(pem: keyPEM).matches(self.certificate) else {
        throw FleetError(.internal, "the key in \(directory.path) does not belong to the certificate beside it")
      }
    } catch let error as PKIError {
      throw FleetError(
        .internal, "the credentials in \(directory.path) are damaged: \(error)",
        hint: "roost host token create --rejoin, then roost-agent join - --state-dir \(directory.path.shellQuoted)")
    }
  }

  /// Makes new credentials.
  init(keyPEM: String, certificate: Certificate, authorities: [Certificate]) {
    self.keyPEM = keyPEM
    self.certificate = certificate
    self.authorities = authorities
  }

  /// True if the newest authority has issued the host's certificate.
  var isOfNewestAuthority: Bool {
    guard let newest = authorities.last else { return true }
    return (try? certificate.verify(issuedBy: newest)) != nil
  }

  /// Trusts exactly these authorities from the next connection on.
  static func trust(_ authorities: [Certificate], in directory: StateDirectory) throws {
    try AtomicFile.replace(directory.file("authority.pem"), with: authorities.map(\.pem).joined().utf8)
  }

  /// Writes all three; `finishReplacing` completes the write after a crash.
  func write(to directory: StateDirectory) throws {
    try Self.trust(authorities, in: directory)
    try AtomicFile.replace(directory.file("next-key.pem"), with: keyPEM.utf8)
    try AtomicFile.replace(directory.file("next-certificate.pem"), with: certificate.pem.utf8)
    try Self.finishReplacing(in: directory)
  }

  /// Replaces the old pair with a completely written new one, also after a crash in between.
  static func finishReplacing(in directory: StateDirectory) throws {
    guard let key = try HostFile.read(directory.file("next-key.pem")),
      let certificate = try HostFile.read(directory.file("next-certificate.pem"))
    else { return }
    try AtomicFile.replace(directory.file("key.pem"), with: key)
    try AtomicFile.replace(directory.file("certificate.pem"), with: certificate)
    try HostFile.remove(directory.file("next-certificate.pem"))
    try HostFile.remove(directory.file("next-key.pem"))
  }
}
