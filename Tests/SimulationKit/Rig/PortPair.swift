import Foundation
import Synchronization

/// Two neighbouring loopback ports that nobody listens on.
package enum PortPair {
  /// Below the ports that the system gives to outgoing connections.
  private static let next = Mutex(20_000 + Int(getpid()) % 4000 * 3)

  /// The first port of a pair that was not given out before.
  package static func take() -> Int {
    while true {
      let first = next.withLock { next in
        next = next + 2 < 32_000 ? next + 2 : 20_000
        return next
      }
      if isFree(first), isFree(first + 1) { return first }
    }
  }

  private static func isFree(_ port: Int) -> Bool {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard handle >= 0 else { return false }
    defer { close(handle) }
    var reuse: Int32 = 1
    setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
