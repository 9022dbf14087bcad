internal import COpenSSL

/// Distinguished encoding rules: bytes to OpenSSL objects and back.
enum DER {
  /// The largest certificate, request or key that is read, in bytes.
  static let documentLimit = 64 * 1024

  /// Throws `tooLarge` when an input exceeds its bound.
  static func checkSize(_ count: Int, limit: Int, what: String) throws {
    guard count <= limit else {
      throw PKIError(.tooLarge, "\(what) has \(count) bytes, more than the \(limit) allowed")
    }
  }

  /// Decodes one object that fills the input to its last byte.
  @safe
  static func decode(
    _ bytes: [UInt8], limit: Int, what: String, free: Handle.Free,
    by decoder: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
  ) throws -> Handle {
    try checkSize(bytes.count, limit: limit, what: what)
    ERR_clear_error()
    // SAFETY: the decoder reads at most `count` bytes from the cursor and leaves it behind the last byte it used.
    return try unsafe bytes.withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress
      let object = unsafe decoder(&cursor, buffer.count)
      let handle = try unsafe Handle(owning: object, free: free, code: .malformed, "\(what) isn't valid DER")
      guard let start = buffer.baseAddress, let end = unsafe cursor, unsafe start + buffer.count == end else {
        throw PKIError(.malformed, "\(what) is followed by other bytes")
      }
      return handle
    }
  }

  /// Encodes an object by one of OpenSSL's `i2d` functions.
  @safe
  static func encode(
    _ what: String, by encoder: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
  ) throws -> [UInt8] {
    var memory: UnsafeMutablePointer<UInt8>?
    // SAFETY: with a nil start the encoder allocates exactly `count` bytes, which are copied and then freed here.
    let count = unsafe encoder(&memory)
    defer { unsafe roost_free(memory) }
    guard count > 0, let memory = unsafe memory else {
      throw PKIError.openSSL(.library, "cannot encode \(what)")
    }
    return unsafe Array(UnsafeBufferPointer(start: memory, count: Int(count)))
  }
}
