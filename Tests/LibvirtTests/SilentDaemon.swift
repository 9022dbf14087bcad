import Foundation

/// A daemon that takes connections and never says a word.
final class SilentDaemon: Sendable {
  struct Failure: Error {
    let errorNumber: Int32
  }

  /// The socket's path.
  let path: String
  private let descriptor: Int32

  /// Starts listening; the system takes connections by itself.
  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "silent-\(UUID().uuidString)").path
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw Failure(errorNumber: ENAMETOOLONG)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0, listen(descriptor, 8) == 0 else { throw Failure(errorNumber: errno) }
  }

  /// Ends, which breaks every connection.
  func stop() {
    close(descriptor)
    unlink(path)
  }
}
