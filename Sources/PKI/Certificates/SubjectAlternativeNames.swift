internal import COpenSSL

/// The names a certificate is good for, as its extension lists them.
struct SubjectAlternativeNames: Hashable, Sendable {
  var uris: [String] = []
  var dnsNames: [String] = []
  /// Each 4 or 16 octets.
  var ipAddresses: [[UInt8]] = []

  /// No names.
  init() {}

  /// Reads the extension; throws `malformed` when it can't be decoded, stands there twice, or a name holds bytes
  /// that aren't printable ASCII. Kinds of names that Roost doesn't use are passed over.
  init(of certificate: OpaquePointer) throws {
    var state: Int32 = 0
    // SAFETY: the certificate is live for the call; the decoded names are ours and go into a handle.
    let decoded = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, &state, nil)
    guard let decoded = unsafe decoded else {
      guard state == -1 else {
        throw PKIError.openSSL(.malformed, "a certificate's alternative names can't be read")
      }
      return
    }
    let names = try unsafe Handle(owning: OpaquePointer(decoded), free: GENERAL_NAMES_free, "no names")
    try names.withPointer { names in
      for index in 0..<(unsafe roost_general_name_count(names)) {
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        // SAFETY: the bytes belong to `names` and are copied at once.
        let kind = unsafe roost_general_name(names, index, &start, &count)
        try append(kind, unsafe Array(UnsafeBufferPointer(start: start, count: Int(count))))
      }
    }
  }

  private mutating func append(_ kind: Int32, _ bytes: [UInt8]) throws {
    switch kind {
    case GEN_URI: uris.append(try Self.text(bytes))
    case GEN_DNS: dnsNames.append(try Self.text(bytes))
    case GEN_IPADD:
      guard bytes.count == 4 || bytes.count == 16 else {
        throw PKIError(.malformed, "a certificate names an IP address of \(bytes.count) octets")
      }
      ipAddresses.append(bytes)
    default: break
    }
  }

  private static func text(_ bytes: [UInt8]) throws -> String {
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw PKIError(.malformed, "a certificate's alternative name isn't printable ASCII")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Lends the names as OpenSSL's list, URIs first.
  @safe
  func withGeneralNames<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
    // SAFETY: the list is ours; each append copies its bytes.
    let names = try unsafe Handle(
      owning: roost_general_names_new(), free: GENERAL_NAMES_free, "cannot make a list of names")
    let entries =
      uris.map { (GEN_URI, Array($0.utf8)) } + dnsNames.map { (GEN_DNS, Array($0.utf8)) }
      + ipAddresses.map { (GEN_IPADD, $0) }
    for (kind, bytes) in entries {
      let appended = names.withPointer { unsafe roost_general_names_append($0, kind, bytes, Int32(bytes.count)) }
      try PKIError.check(appended, "cannot add an alternative name")
    }
    return try names.withPointer(body)
  }
}
