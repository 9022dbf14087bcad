internal import CLibvirt
internal import Glibc

/// Turns libvirt's error conventions into Swift's in one place: −1 and NULL throw.
///
/// `virGetLastError` belongs to the calling thread, so it is read here, before the caller can move to another thread.
enum ReturnCode {
  /// The status, unless it is negative.
  @discardableResult
  static func check(_ status: Int32, _ function: StaticString) throws -> Int32 {
    guard status >= 0 else { throw lastError(of: function) }
    return status
  }

  /// The pointer, unless it is NULL.
  static func check(_ pointer: OpaquePointer?, _ function: StaticString) throws -> OpaquePointer {
    guard let pointer = unsafe pointer else { throw lastError(of: function) }
    return unsafe pointer
  }

  /// A copy of text that libvirt allocated for us; the original is freed.
  static func take(_ text: UnsafeMutablePointer<CChar>?, _ function: StaticString) throws -> String {
    guard let text = unsafe text else { throw lastError(of: function) }
    // SAFETY: libvirt hands over zero-terminated text from malloc.
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  /// A copy of text that libvirt keeps.
  static func copy(_ text: UnsafePointer<CChar>?, _ function: StaticString) throws -> String {
    guard let text = unsafe text else { throw lastError(of: function) }
    // SAFETY: zero-terminated, and alive as long as the object it was asked of.
    return unsafe String(cString: text)
  }

  /// The text, unless it contains a zero byte, where C would silently truncate it.
  static func whole(_ text: String, _ function: StaticString) throws -> String {
    guard !text.utf8.contains(0) else {
      throw LibvirtError(
        code: .invalidArgument, message: "an argument holds a zero byte", function: "\(function)")
    }
    return text
  }

  private static func lastError(of function: StaticString) -> LibvirtError {
    // SAFETY: the error is this thread's own and stays until its next libvirt call; all is copied.
    guard let error = unsafe virGetLastError() else {
      return LibvirtError(
        code: .internalError, message: "the call failed without an error", function: "\(function)")
    }
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "no message"
    return unsafe LibvirtError(
      code: .init(rawValue: error.pointee.code), domain: .init(rawValue: error.pointee.domain),
      level: .init(rawValue: error.pointee.level.rawValue), message: message, function: "\(function)")
  }
}
