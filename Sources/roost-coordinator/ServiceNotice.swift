import Foundation

/// Notifies a service manager of the `Type=notify` kind of the process's state, over the socket it names.
///
/// Corresponds to `sd_notify` (https://www.freedesktop.org/software/systemd/man/sd_notify.html), whose protocol is one
/// datagram; without the manager's socket it does nothing.
struct ServiceNotice: Sendable {
  private let path: String?

  /// Finds the manager's socket in the environment.
  init(environment: [String: String]) {
    path = environment["NOTIFY_SOCKET"]
  }

  /// Sends one state, such as `READY=1`.
  func send(_ state: String) {
    guard let path, !path.isEmpty else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    // A leading @ stands for the abstract name space, whose names begin with a zero byte.
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let message = Array(state.utf8)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, message, message.count, 0, $0, length)
      }
    }
  }
}
