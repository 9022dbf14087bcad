internal import COpenSSL

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
