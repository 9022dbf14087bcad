internal import Fleet
internal import Foundation

/// Writes a draft that replaces a file when it is finished; a draft that is not finished is removed.
final class AtomicFileWriter: @unchecked Sendable {
  // Used by one task at a time; the descriptor is closed exactly once, by `finish` or by `deinit`.
  private var descriptor: Int32
  private let path: String
  private let draft: String

  /// Makes the draft; replaces one of an earlier run.
  init(of path: String, mode: mode_t) throws(FleetError) {
    self.path = path
    draft = "\(path).draft"
    unlink(draft)
    descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    // The process's umask may have removed permissions.
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

  /// Syncs the bytes and puts the file in its place.
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
