internal import Fleet
internal import Foundation

/// A TCP port on this machine that local viewers connect to.
final class LocalListener: Sendable {
  /// The address it listens on.
  let address: String
  /// The port it listens on.
  let port: Int
  /// The accepted connections.
  let connections: AsyncStream<SocketStream>

  /// Listens; port 0 lets the system choose.
  /// - Throws: ``FleetError`` with code `conflict` for a port in use, `invalid` for an address that this machine does
  ///   not have.
  init(address: String, port: Int) throws(FleetError) {
    let family = address.contains(":") ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Self.failure(address, port, errno) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let code = Self.bind(descriptor, family, address, port)
    guard code == 0, listen(descriptor, 8) == 0 else {
      let reason = code == 0 ? errno : code
      close(descriptor)
      throw Self.failure(address, port, reason)
    }
    self.address = address
    self.port = Self.port(of: descriptor)
    let (connections, continuation) = AsyncStream.makeStream(
      of: SocketStream.self, bufferingPolicy: .bufferingNewest(16))
    self.connections = connections
    Thread.detachNewThread {
      while true {
        let accepted = accept(descriptor, nil, nil)
        if accepted < 0, errno == EINTR || errno == ECONNABORTED { continue }
        guard accepted >= 0 else { break }
        var noDelay: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        switch continuation.yield(SocketStream(accepted)) {
        case .dropped(let stream): stream.shut()
        case .terminated, .enqueued: break
        @unknown default: break
        }
      }
      continuation.finish()
    }
  }

  private static func bind(_ descriptor: Int32, _ family: Int32, _ address: String, _ port: Int) -> Int32 {
    var four = sockaddr_in()
    var six = sockaddr_in6()
    if family == AF_INET {
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
      guard inet_pton(AF_INET, address, &four.sin_addr) == 1 else { return EINVAL }
      return withUnsafePointer(to: &four) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? 0 : errno
        }
      }
    }
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = in_port_t(UInt16(clamping: port)).bigEndian
    guard inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else { return EINVAL }
    return withUnsafePointer(to: &six) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0 ? 0 : errno
      }
    }
  }

  private static func port(of descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        guard getsockname(descriptor, $0, &length) == 0 else { return }
      }
      // The port is at the same offset for both families.
      return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }

  private static func failure(_ address: String, _ port: Int, _ code: Int32) -> FleetError {
    FleetError(
      code == EADDRINUSE ? .conflict : code == EACCES ? .denied : .invalid,
      "cannot listen on \(address.terminalSafe):\(port): \(String(cString: strerror(code)))",
      hint: "leave the port to the system: --listen 127.0.0.1:0")
  }
}
