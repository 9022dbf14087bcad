internal import Fleet
internal import PKI

/// The host's key and certificate and the fleet's authority.
struct Credentials: Sendable {
  /// The host's private key, PEM.
  var keyPEM: String
  /// The host's certificate.
  var certificate: Certificate
  /// The fleet's authority.
  var authority: Certificate

  /// Reads the credentials of a host that has joined; nil if it has not.
  init?(from directory: StateDirectory) throws {
    guard let key = try HostFile.read(directory.file("key.pem")),
      let certificate = try HostFile.read(directory.file("certificate.pem")),
      let authority = try HostFile.read(directory.file("authority.pem"))
    else { return nil }
    do {
      keyPEM = String(decoding: key, as: UTF8.self)
      self.certificate = try Certificate(pem: String(decoding: certificate, as: UTF8.self))
      self.authority = try Certificate(pem: String(decoding: authority, as: UTF8.self))
      guard try PrivateKey(pem: keyPEM).matches(self.certificate) else {
        throw FleetError(.internal, "the key in \(directory.path) does not belong to the certificate beside it")
      }
    } catch let error as PKIError {
      throw FleetError(
        .internal, "the credentials in \(directory.path) are damaged: \(error)",
        hint: "roost host token create --rejoin, then roost-agent join - --state-dir \(directory.path.shellQuoted)")
    }
  }

  /// Takes credentials that were just made.
  init(keyPEM: String, certificate: Certificate, authority: Certificate) {
    self.keyPEM = keyPEM
    self.certificate = certificate
    self.authority = authority
  }

  /// Writes all three; a crash between leaves a pair that does not match and is set right by `finishReplacing`.
  func write(to directory: StateDirectory) throws {
    try HostFile.replace(directory.file("authority.pem"), with: Array(authority.pem.utf8))
    try HostFile.replace(directory.file("next-key.pem"), with: Array(keyPEM.utf8))
    try HostFile.replace(directory.file("next-certificate.pem"), with: Array(certificate.pem.utf8))
    try Self.finishReplacing(in: directory)
  }

  /// Puts a wholly written new pair in place of the old one, also after a crash half way.
  static func finishReplacing(in directory: StateDirectory) throws {
    guard let key = try HostFile.read(directory.file("next-key.pem")),
      let certificate = try HostFile.read(directory.file("next-certificate.pem"))
    else { return }
    try HostFile.replace(directory.file("key.pem"), with: key)
    try HostFile.replace(directory.file("certificate.pem"), with: certificate)
    try HostFile.remove(directory.file("next-certificate.pem"))
    try HostFile.remove(directory.file("next-key.pem"))
  }
}
