internal import COpenSSL

/// Moments in certificates: seconds since 1970 on our side, ASN.1 times on OpenSSL's.
enum CertificateTime {
  /// The moments a certificate can hold: from 1970 to the end of the year 9999.
  static let range: ClosedRange<Int64> = 0...253_402_300_799

  /// The nearest moment that a certificate can hold.
  static func clamped(_ seconds: Int64) -> Int64 {
    min(max(seconds, range.lowerBound), range.upperBound)
  }

  /// The moment of an ASN.1 time.
  static func seconds(_ time: UnsafePointer<ASN1_TIME>?) throws -> Int64 {
    var seconds: Int64 = 0
    // SAFETY: the caller lends a live time or nil; the result is a local.
    guard unsafe roost_time_seconds(time, &seconds) == 1 else {
      throw PKIError.openSSL(.malformed, "a time can't be read")
    }
    return seconds
  }

  /// Passes a moment as an ASN.1 time to a closure; throws `invalidValue` outside ``range``.
  @safe
  static func withTime<Result>(
    _ seconds: Int64, _ body: (UnsafeMutablePointer<ASN1_TIME>) throws -> Result
  ) throws -> Result {
    guard range.contains(seconds) else {
      throw PKIError(.invalidValue, "the moment \(seconds) is outside the years 1970 to 9999")
    }
    // SAFETY: the time is ours and freed here.
    guard let time = unsafe ASN1_TIME_set(nil, time_t(seconds)) else {
      throw PKIError.openSSL(.library, "cannot make a time")
    }
    defer { unsafe ASN1_TIME_free(time) }
    return try unsafe body(time)
  }

  /// The moment a length of time later; throws `invalidValue` when either is out of bounds.
  static func adding(_ lifetimeSeconds: Int64, to seconds: Int64) throws -> Int64 {
    let (sum, overflow) = seconds.addingReportingOverflow(lifetimeSeconds)
    guard range.contains(seconds), lifetimeSeconds > 0, !overflow, range.contains(sum) else {
      throw PKIError(.invalidValue, "\(lifetimeSeconds) seconds from the moment \(seconds) is no usable end")
    }
    return sum
  }
}
