internal import COpenSSL

/// A subject or issuer: organisation, unit and common name; Roost reads only the last.
enum DistinguishedName {
  /// The longest common name, organisation or unit, in characters; the bound is X.509's.
  static let componentLimit = 64

  /// Appends one part to a name; throws `invalidValue` for empty, long or control-laden text.
  static func append(_ text: String, as part: Int32, to name: OpaquePointer) throws {
    try check(text)
    let bytes = Array(text.utf8)
    // SAFETY: OpenSSL copies the counted bytes into the live name.
    let added = unsafe X509_NAME_add_entry_by_NID(name, part, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
    try PKIError.check(added, .invalidValue, "a name can't be put into a certificate")
  }

  /// The one common name in a name; nil when there is none, or several.
  static func commonName(of name: OpaquePointer?) throws -> String? {
    guard let name = unsafe name else { return nil }
    // SAFETY: the name is live; entry and data are borrowed from it.
    let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, unsafe X509_NAME_get_index_by_NID(name, NID_commonName, index) < 0 else { return nil }
    let data = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))
    var start: UnsafeMutablePointer<UInt8>?
    // SAFETY: the UTF-8 copy is ours, counted, and freed here.
    let count = unsafe ASN1_STRING_to_UTF8(&start, data)
    defer { unsafe roost_free(start) }
    guard count >= 0, let start = unsafe start,
      let text = unsafe String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    else { throw PKIError.openSSL(.malformed, "a common name isn't text") }
    guard !text.unicodeScalars.contains(where: isControl) else {
      throw PKIError(.malformed, "a common name holds control characters")
    }
    return text
  }

  private static func check(_ text: String) throws {
    guard (1...componentLimit).contains(text.unicodeScalars.count) else {
      throw PKIError(.invalidValue, "a name has 1 to \(componentLimit) characters, not \(text.unicodeScalars.count)")
    }
    guard !text.unicodeScalars.contains(where: isControl) else {
      throw PKIError(.invalidValue, "a name holds control characters")
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }
}
