internal import COpenSSL

/// One OpenSSL object, freed with its last reference.
///
/// The pointer is reachable only inside ``withPointer(_:)``. A handle isn't `Sendable`: the value that keeps one
/// says why sharing is safe for its kind of object.
@safe
final class Handle {
  /// The function of OpenSSL that frees the object.
  typealias Free = @convention(c) (OpaquePointer?) -> Void

  // SAFETY: never nil, owned by this handle alone, freed only in deinit.
  private let pointer: OpaquePointer
  private let free: Free

  /// Takes ownership of what an OpenSSL constructor returned; nil throws its error with the given code.
  init(
    owning pointer: OpaquePointer?, free: Free,
    code: PKIError.Code = .library, _ message: @autoclosure () -> String
  ) throws {
    guard let pointer = unsafe pointer else { throw PKIError.openSSL(code, message()) }
    unsafe self.pointer = pointer
    unsafe self.free = free
  }

  deinit {
    // SAFETY: the last reference is gone, and nobody keeps the pointer beyond withPointer.
    unsafe free(pointer)
  }

  /// Lends the pointer for the length of the closure.
  @safe
  func withPointer<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
    // SAFETY: `self` is kept alive until the closure returns.
    try withExtendedLifetime(self) { try unsafe body(pointer) }
  }
}
