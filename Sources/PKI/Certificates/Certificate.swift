internal import COpenSSL

/// An X.509 certificate, parsed once.
///
/// Parsing proves nothing: only ``verify(chainTo:at:purpose:revocations:)`` tells whether its contents can be trusted.
package struct Certificate: Hashable, @unchecked Sendable {
  /// The largest certificate that is read: 64 KiB of DER.
  package static let byteLimit = DER.documentLimit

  // SAFETY: the X509 was decoded from DER and is never changed; its encodings were cached by decoding, and the
  // extension cache that OpenSSL fills on first use is filled in init and guarded by the object's own lock.
  let handle: Handle

  /// The certificate in DER.
  package let der: [UInt8]

  /// The SHA-256 digest of the DER bytes.
  package let fingerprint: Digest

  /// The serial number.
  package let serial: SerialNumber

  /// The subject's common name; nil when there is none, or several.
  package let commonName: String?

  /// The first moment of validity, in seconds since 1970.
  package let notBefore: Int64

  /// The last moment of validity, in seconds since 1970.
  package let notAfter: Int64

  /// Whether the certificate is a certificate authority's.
  package let isAuthority: Bool

  let names: SubjectAlternativeNames

  /// Parses DER that holds one certificate and nothing else.
  ///
  /// Throws `malformed`, also for encodings that aren't distinguished and for extensions that can't be read, or
  /// `tooLarge`.
  package init(der: [UInt8]) throws {
    // SAFETY: the decoder is OpenSSL's for exactly this object; the pointers below are lent by the handle.
    handle = try unsafe DER.decode(der, limit: Self.byteLimit, what: "a certificate", free: X509_free) {
      unsafe d2i_X509(nil, $0, $1)
    }
    let (handle, what) = (self.handle, "a certificate")
    guard try DER.encode(what, by: { out in handle.withPointer { unsafe i2d_X509($0, out) } }) == der else {
      throw PKIError(.malformed, "a certificate isn't in distinguished encoding")
    }
    self.der = der
    fingerprint = try Digest.sha256(der)
    serial = try handle.withPointer { try unsafe SerialNumber(X509_get0_serialNumber($0)) }
    commonName = try handle.withPointer { try unsafe DistinguishedName.commonName(of: X509_get_subject_name($0)) }
    notBefore = try handle.withPointer { try unsafe CertificateTime.seconds(X509_get0_notBefore($0)) }
    notAfter = try handle.withPointer { try unsafe CertificateTime.seconds(X509_get0_notAfter($0)) }
    names = try handle.withPointer { try unsafe SubjectAlternativeNames(of: $0) }
    isAuthority = handle.withPointer { unsafe X509_check_ca($0) == 1 }
    guard handle.withPointer({ unsafe X509_get_extension_flags($0) }) & UInt32(EXFLAG_INVALID) == 0 else {
      throw PKIError.openSSL(.malformed, "a certificate's extensions can't be read")
    }
    guard notBefore <= notAfter else {
      throw PKIError(.malformed, "a certificate ends before it begins")
    }
    ERR_clear_error()
  }

  /// Parses a PEM text that holds one certificate block.
  package init(pem: String) throws {
    try self.init(
      der: PEM.decode(pem, label: "CERTIFICATE", limit: Self.byteLimit, what: "a certificate"))
  }

  /// The certificate as PEM, ending in a newline.
  package var pem: String { PEM.encode(der, label: "CERTIFICATE") }

  /// The URIs among the alternative names, in order.
  package var uris: [String] { names.uris }

  /// The DNS names among the alternative names, in order.
  package var dnsNames: [String] { names.dnsNames }

  /// The IP addresses among the alternative names in their usual text form, in order.
  package var ipAddresses: [String] { names.ipAddresses.compactMap(HostName.text(octets:)) }

  /// When to renew: two thirds of the lifetime after its beginning, in seconds since 1970.
  package var renewalTime: Int64 {
    // Divided first: a life is far from overflow, but nothing from outside may come near one.
    let life = notAfter - notBefore
    return notBefore + life / 3 * 2 + life % 3 * 2 / 3
  }

  /// Two certificates are equal if their bytes are.
  package static func == (left: Certificate, right: Certificate) -> Bool {
    left.der == right.der
  }

  /// Hashes the fingerprint.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(fingerprint)
  }
}

extension Certificate {
  /// The IP addresses for which the certificate is valid, in text form, in their order.
  package var addresses: [String] {
    names.ipAddresses.map { octets in
      guard octets.count != 4 else { return octets.map(String.init).joined(separator: ".") }
      let groups = stride(from: 0, to: octets.count - 1, by: 2)
        .map { String(UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]), radix: 16) }
      return groups.joined(separator: ":")
    }
  }
}

extension Certificate {
  /// The holder; nil unless there is exactly one Roost URI, it parses, and the certificate isn't an authority's.
  package var fleetIdentity: FleetIdentity? {
    guard !isAuthority, let uri = roostURI else { return nil }
    return FleetIdentity(uri: uri)
  }

  /// The fleet whose authority this is; nil if it isn't a fleet's authority.
  package var authorityFleetID: String? {
    guard isAuthority, let uri = roostURI, uri.hasPrefix(FleetIdentity.uriPrefix) else { return nil }
    let fleetID = String(uri.dropFirst(FleetIdentity.uriPrefix.count))
    return FleetIdentity.isFleetID(fleetID) ? fleetID : nil
  }

  /// The one URI that claims to be Roost's, in whatever case; nil for none or several.
  private var roostURI: String? {
    let candidates = names.uris.filter { $0.lowercased().hasPrefix(FleetIdentity.uriPrefix) }
    return candidates.count == 1 ? candidates.first : nil
  }
}
