internal import Glibc

/// Notifies the service manager that started this process of its state.
///
/// Corresponds to [`sd_notify`](https://www.freedesktop.org/software/systemd/man/sd_notify.html), whose protocol is one
/// datagram to the socket in `NOTIFY_SOCKET`; without that it does nothing.
package struct SystemdNotifier: Sendable {
  private let socketName: String?

  /// Reads the socket's address from the environment.
  package init(environment: [String: String]) {
    socketName = environment["NOTIFY_SOCKET"]
  }

  /// Sends one state, such as `READY=1`.
  /// - Returns: true if the socket took it.
  @discardableResult
  package func notify(_ state: String) -> Bool {
    guard let socketName, let first = socketName.utf8.first else { return false }
    var name = Array(socketName.utf8)
    switch first {
    case UInt8(ascii: "/"): break
    // An at sign stands for the zero byte of an abstract address.
    case UInt8(ascii: "@"): name[0] = 0
    default: return false
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    // SAFETY: the name is shorter than the field.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
    let text = Array(state.utf8)
    // SAFETY: the address is read for the call alone, and its length is that of the family and the name.
    let sent = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
    return sent == text.count
  }
}
