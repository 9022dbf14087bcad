import Dispatch
import Fleet
import Foundation

/// A file that is read and written at checked offsets, on threads that may block.
///
/// The cooperative pool has as many threads as the machine has processors; a disk that hangs must not take them.
final class OpenFile: Sendable {
  /// Threads for file work, beside the cooperative pool.
  static let threads = DispatchQueue(label: "roost.files", attributes: .concurrent)

  private let descriptor: Int32
  private let path: String

  private init(_ path: String, flags: Int32, mode: mode_t) throws(FleetError) {
    descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
    self.path = path
    guard descriptor >= 0 else {
      throw FleetError(errno == ENOENT ? .notFound : .internal, "\(path.printable) can't be opened: \(Self.reason)")
    }
  }

  deinit { close(descriptor) }

  /// Opens a file that is there.
  static func reading(_ path: String) throws(FleetError) -> OpenFile { try OpenFile(path, flags: O_RDONLY, mode: 0) }

  /// Makes a file, replacing an existing one.
  static func making(_ path: String) throws(FleetError) -> OpenFile {
    try OpenFile(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: 0o600)
  }

  /// Runs blocking work on these threads, and waits for it without one of the cooperative pool.
  static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      threads.async { continuation.resume(with: Result { try work() }) }
    }
  }

  /// Its size in bytes.
  func size() throws(FleetError) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("can't be looked at") }
    return Int64(status.st_size)
  }

  /// Reads a number of bytes, or fewer at the file's end.
  func read(_ count: Int, at offset: Int64) throws(FleetError) -> [UInt8] {
    guard offset >= 0 else { throw FleetError(.invalid, "a file has no byte \(offset)") }
    var buffer = [UInt8](repeating: 0, count: max(0, count))
    let got = pread(descriptor, &buffer, buffer.count, off_t(offset))
    guard got >= 0 else { throw failure("can't be read") }
    buffer.removeLast(buffer.count - min(got, buffer.count))
    return buffer
  }

  /// Writes all bytes at a place.
  func write(_ bytes: [UInt8], at offset: Int64) throws(FleetError) {
    var written = 0
    while written < bytes.count {
      let place = off_t(offset) + off_t(written)
      let count = bytes[written...].withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, place) }
      guard count > 0 else {
        throw errno == ENOSPC
          ? FleetError(.exhausted, "the file system of the image library is full") : failure("can't be written")
      }
      written += count
    }
  }

  /// Syncs the file.
  func sync() throws(FleetError) {
    guard fdatasync(descriptor) == 0 else { throw failure("can't be synced") }
  }

  private static var reason: String { String(cString: strerror(errno)) }

  private func failure(_ problem: String) -> FleetError {
    FleetError(.internal, "\(path.printable) \(problem): \(Self.reason)")
  }
}
