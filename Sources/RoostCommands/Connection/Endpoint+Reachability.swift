internal import Fleet
internal import Foundation

extension Endpoint {
  /// Opens and closes a connection, so that an unreachable coordinator is reported within seconds and with its cause.
  ///
  /// Blocks up to `seconds` for each address.
  /// - Throws: ``FleetError`` with code `unreachable`, or `denied` for a socket that this user may not open.
  func checkReachable(within seconds: Int32 = 5) throws(FleetError) {
    switch self {
    case .socket(let path):
      let code = Self.connect(toSocket: path)
      guard code != 0 else { return }
      throw Self.failure(place, code)
    case .tls(let tls):
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var found: UnsafeMutablePointer<addrinfo>?
      guard getaddrinfo(tls.host, String(tls.port), &hints, &found) == 0, let first = found else {
        throw FleetError(
          .unreachable, "cannot reach the coordinator: the name \"\(tls.host.printable)\" is unknown",
          hint: "roost context show", retryable: true)
      }
      defer { freeaddrinfo(first) }
      var code: Int32 = 0
      for info in sequence(first: first, next: { $0.pointee.ai_next }) {
        guard let address = info.pointee.ai_addr else { continue }
        code = Self.connect(
          family: info.pointee.ai_family, to: address, length: info.pointee.ai_addrlen, seconds: seconds)
        if code == 0 { return }
      }
      throw Self.failure(place, code)
    }
  }

  private static func failure(_ place: String, _ code: Int32) -> FleetError {
    let reason = String(cString: strerror(code))
    if code == EACCES || code == EPERM {
      return FleetError(
        .denied, "cannot open the coordinator's socket \(place): \(reason)",
        hint: "run as root, or use a context: roost context list")
    }
    return FleetError(
      .unreachable, "cannot reach the coordinator at \(place): \(reason)",
      hint: "choose it with --socket, --context, ROOST_SOCKET or ROOST_CONTEXT, or start it: "
        + "systemctl start roost-coordinator",
      retryable: true)
  }

  private static func connect(toSocket path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return ENAMETOOLONG }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(family: AF_UNIX, to: $0, length: socklen_t(MemoryLayout<sockaddr_un>.size), seconds: 5)
      }
    }
  }

  /// The error number, or 0.
  private static func connect(
    family: Int32, to address: UnsafePointer<sockaddr>, length: socklen_t, seconds: Int32
  ) -> Int32 {
    let descriptor = Foundation.socket(
      family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    if Foundation.connect(descriptor, address, length) == 0 { return 0 }
    guard errno == EINPROGRESS || errno == EAGAIN else { return errno }
    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, seconds * 1000) == 1 else { return ETIMEDOUT }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return errno }
    return code
  }
}
