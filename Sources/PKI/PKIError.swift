internal import COpenSSL

/// An error of the certificate authority, with one sentence.
package struct PKIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of error; branch on this, never on text.
  package var code: Code

  /// One sentence in the present tense without a final stop.
  package var message: String

  /// OpenSSL's own words for the cause, if it gave any; for logs, never to branch on.
  package var reason: String?

  /// An error with its parts.
  package init(_ code: Code, _ message: String, reason: String? = nil) {
    self.code = code
    self.message = message
    self.reason = reason
  }

  /// The message, followed by OpenSSL's words in parentheses.
  package var description: String {
    guard let reason else { return message }
    return "\(message) (\(reason))"
  }
}

extension PKIError {
  /// A kind of ``PKIError``; open, so that a later version's code survives.
  package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code's stable name.
    package var rawValue: String

    /// A code by its stable name.
    package init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// The code's stable name.
    package var description: String { rawValue }

    /// The input is malformed: not PEM, not DER, truncated, or contradictory.
    package static let malformed = Code(rawValue: "malformed")
    /// The input is larger than its bound.
    package static let tooLarge = Code(rawValue: "too_large")
    /// The key is too small or its signature uses a broken digest.
    package static let weakKey = Code(rawValue: "weak_key")
    /// The key is of a kind or on a curve that the fleet doesn't use.
    package static let unsupportedKey = Code(rawValue: "unsupported_key")
    /// The key doesn't belong to the certificate.
    package static let keyMismatch = Code(rawValue: "key_mismatch")
    /// The key is encrypted and no passphrase was given.
    package static let passphraseNeeded = Code(rawValue: "passphrase_needed")
    /// The passphrase doesn't open the key.
    package static let wrongPassphrase = Code(rawValue: "wrong_passphrase")
    /// A signature doesn't match what it signs.
    package static let badSignature = Code(rawValue: "bad_signature")
    /// The certificate isn't a certificate authority's.
    package static let notAuthority = Code(rawValue: "not_authority")
    /// The certificate doesn't chain to the given authority.
    package static let untrusted = Code(rawValue: "untrusted")
    /// The certificate's last moment has passed.
    package static let expired = Code(rawValue: "expired")
    /// The certificate's first moment hasn't come.
    package static let notYetValid = Code(rawValue: "not_yet_valid")
    /// The certificate is on the authority's revocation list.
    package static let revoked = Code(rawValue: "revoked")
    /// The revocation list isn't usable at that moment.
    package static let staleRevocationList = Code(rawValue: "stale_revocation_list")
    /// The certificate's purpose is another, such as a client's used as a server's.
    package static let wrongPurpose = Code(rawValue: "wrong_purpose")
    /// A name, time, identity or length given by the caller is not allowed.
    package static let invalidValue = Code(rawValue: "invalid_value")
    /// OpenSSL failed where it shouldn't: no memory, no randomness, no provider.
    package static let library = Code(rawValue: "library")

    /// Lets `catch PKIError.Code.expired` match an error.
    package static func ~= (code: Code, error: any Error) -> Bool {
      (error as? PKIError)?.code == code
    }
  }
}

extension PKIError {
  /// The error of an OpenSSL call that just failed.
  ///
  /// OpenSSL queues errors per thread, so this runs in the same synchronous function as the call. It takes the
  /// oldest entry, which is the root cause, and empties the queue.
  static func openSSL(_ code: Code, _ message: String) -> PKIError {
    let number = ERR_peek_error()
    ERR_clear_error()
    // SAFETY: the reason is a static string inside OpenSSL; it is copied at once.
    guard number != 0, let text = unsafe ERR_reason_error_string(number) else {
      return PKIError(code, message)
    }
    return PKIError(code, message, reason: unsafe String(cString: text))
  }

  /// Throws unless an OpenSSL call answered 1, its word for success.
  static func check(_ result: Int32, _ code: Code, _ message: @autoclosure () -> String) throws {
    guard result == 1 else { throw openSSL(code, message()) }
  }

  /// Throws `library` unless an OpenSSL call that has no reason to fail answered 1.
  static func check(_ result: Int32, _ message: @autoclosure () -> String) throws {
    try check(result, .library, message())
  }
}
