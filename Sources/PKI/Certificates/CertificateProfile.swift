internal import COpenSSL

/// The contents of a certificate to be issued: the holder's identity and names.
///
/// Subject, alternative names and uses come only from here, never from a request.
package struct CertificateProfile: Hashable, Sendable {
  /// The holder; becomes the Roost URI and the subject.
  package let identity: FleetIdentity

  /// The most DNS names and addresses in one certificate.
  package static let nameLimit = 64

  let names: SubjectAlternativeNames

  /// A profile of an identity with its DNS names and IP addresses.
  ///
  /// Names are kept in order without repeats. Throws `invalidValue` for a malformed DNS name or IP address, more than
  /// 64 of them, or any at all for an operator, who serves nothing.
  package init(identity: FleetIdentity, dnsNames: [String] = [], ipAddresses: [String] = []) throws {
    guard dnsNames.count + ipAddresses.count <= Self.nameLimit else {
      throw PKIError(
        .invalidValue, "a certificate has at most \(Self.nameLimit) names, not \(dnsNames.count + ipAddresses.count)")
    }
    guard identity.role != .operator || dnsNames.isEmpty && ipAddresses.isEmpty else {
      throw PKIError(.invalidValue, "an operator's certificate carries no host names")
    }
    var names = SubjectAlternativeNames()
    names.uris = [identity.uri]
    for name in dnsNames {
      guard case .dns(let name) = try HostName(name) else {
        throw PKIError(.invalidValue, "the IP address \(name) stands among the DNS names")
      }
      if !names.dnsNames.contains(name) { names.dnsNames.append(name) }
    }
    for address in ipAddresses {
      guard case .ip(let octets) = try HostName(address) else {
        throw PKIError(.invalidValue, "the DNS name \(address) stands among the IP addresses")
      }
      if !names.ipAddresses.contains(octets) { names.ipAddresses.append(octets) }
    }
    self.identity = identity
    self.names = names
  }

  /// The profile of a fleet's coordinator, good for its own host name in the fleet, `localhost`, and the given hosts.
  ///
  /// Each host is a DNS name or an IP address.
  package static func coordinator(fleetID: String, id: String, hosts: [String]) throws -> CertificateProfile {
    let identity = try FleetIdentity(fleetID: fleetID, role: .coordinator, id: id)
    let octets = hosts.map(HostName.octets)
    return try CertificateProfile(
      identity: identity,
      dnsNames: [FleetIdentity.coordinatorHostName(fleetID: fleetID), "localhost"]
        + zip(hosts, octets).filter { $0.1 == nil }.map(\.0),
      ipAddresses: zip(hosts, octets).filter { $0.1 != nil }.map(\.0))
  }
}

/// What a certificate is used for in a TLS connection.
package enum CertificatePurpose: Hashable, CaseIterable, Sendable {
  /// The holder opened the connection.
  case client
  /// The holder accepted the connection.
  case server

  var openSSLPurpose: Int32 {
    switch self {
    case .client: X509_PURPOSE_SSL_CLIENT
    case .server: X509_PURPOSE_SSL_SERVER
    }
  }

  var word: String {
    switch self {
    case .client: "client"
    case .server: "server"
    }
  }
}

/// Extensions of certificates and revocation lists, built from OpenSSL's configuration words.
enum CertificateExtension {
  /// One extension; `issuer` and `subject` are where key identifiers are taken from.
  static func make(
    _ kind: Int32, _ words: StaticString, issuer: OpaquePointer, subject: OpaquePointer?
  ) throws -> Handle {
    var context = unsafe X509V3_CTX()
    // SAFETY: the context borrows two live certificates for the length of this function; the words are static.
    unsafe X509V3_set_ctx(&context, issuer, subject, nil, nil, 0)
    let built = unsafe X509V3_EXT_conf_nid(nil, &context, kind, words.description)
    return try unsafe Handle(owning: built, free: X509_EXTENSION_free, "cannot make the extension \(words)")
  }
}
