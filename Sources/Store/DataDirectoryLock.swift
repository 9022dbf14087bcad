package import Fleet
internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Keeps a second coordinator from using the same data directory.
///
/// It is a kernel lock on the file `lock`, so it ends with the process, however that ends.
package final class DataDirectoryLock: Sendable {
  private let descriptor: Int32

  /// Locks a directory for the lifetime of the value.
  /// - Throws: ``FleetError`` with code `precondition` that names the process which holds the lock, or `notFound` if
  ///   the directory does not exist.
  package init(directory: String) throws(FleetError) {
    let path = "\(directory)/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw FleetError(
        errno == ENOENT ? .notFound : .precondition, "\"\(path.printable)\" can't be opened: \(reason)",
        hint: "does the data directory exist, and is it yours?")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw FleetError(
        .precondition, "a coordinator already runs on \"\(directory.printable)\"\(holder)",
        hint: "stop it first; two on one database would lose changes")
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
      close(descriptor)
      throw FleetError(.precondition, "\"\(path.printable)\" can't be written: is its disk full?")
    }
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Such as ` (process 4711)`, or nothing if the file does not say.
  private static func holder(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0, let pid = Int(String(decoding: buffer[..<count], as: UTF8.self).prefix { $0 != "\n" }) else {
      return ""
    }
    return " (process \(pid))"
  }
}
