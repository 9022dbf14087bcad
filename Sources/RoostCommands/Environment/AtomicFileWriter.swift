internal import Fleet
internal import Foundation

/// A file under way; it takes its place when it is finished, and is gone if it never is.
final class AtomicFileWriter: @unchecked Sendable {
  // Used by one task at a time; the descriptor is closed exactly once, by `finish` or by `deinit`.
  private var descriptor: Int32
  private let path: String
  private let draft: String

  /// Makes the draft; what another run left is replaced.
  init(of path: String, mode: mode_t) throws(FleetError) {
    self.path = path
    draft = "\(path).draft"
    unlink(draft)
    descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    // The process's mask may have taken rights away that the caller asked for.
    fchmod(descriptor, mode)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(draft)
  }

  /// Writes more bytes.
  func append(_ bytes: [UInt8]) throws(FleetError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw Self.failure(path, errno)
      }
    }
  }

  /// Makes the bytes durable and puts the file in its place.
  func finish() throws(FleetError) {
    guard descriptor >= 0, fsync(descriptor) == 0 else { throw Self.failure(path, errno) }
    close(descriptor)
    descriptor = -1
    guard rename(draft, path) == 0 else {
      let code = errno
      unlink(draft)
      throw Self.failure(path, code)
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> FleetError {
    FleetError(
      code == EACCES || code == EPERM ? .denied : code == ENOENT ? .notFound : .precondition,
      "cannot write \(path.terminalSafe): \(String(cString: strerror(code)))")
  }
}
