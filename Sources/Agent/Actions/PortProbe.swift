internal import Fleet
internal import Foundation

/// Tests whether QEMU could listen on a TCP port.
enum PortProbe {
  /// Listens for a moment.
  /// - Throws: ``FleetError`` with code `portBusy` if another process has the port, and only then, because another port
  ///   would help with nothing else. `invalid` if the host does not have the address, `unsupported` if it does not
  ///   support that kind of address, `denied` or `internal` if the agent may not listen at all.
  static func check(port: Int, listen: String) throws(FleetError) {
    let address = listen.isEmpty ? "127.0.0.1" : listen
    guard let number = in_port_t(exactly: port), number > 0 else {
      throw FleetError(.invalid, "\(port) is not a TCP port")
    }
    let errorNumber = address.contains(":") ? try six(address, number) : try four(address, number)
    if let failure = failure(errorNumber, port: port, address: address) { throw failure }
  }

  /// What an error number of `socket`, `bind` or `listen` means for a port; nil for none.
  static func failure(_ errorNumber: Int32, port: Int, address: String) -> FleetError? {
    switch errorNumber {
    case 0: return nil
    case EADDRINUSE:
      return FleetError(.portBusy, "port \(port) is in use on this host at \(address)", retryable: true)
    case EADDRNOTAVAIL: return FleetError(.invalid, "this host does not have the address \(address)")
    case EAFNOSUPPORT, EPROTONOSUPPORT:
      let kind = address.contains(":") ? "IPv6" : "IPv4"
      return FleetError(
        .unsupported, "this host has no \(kind), so VNC can't listen at \(address) there",
        hint: "let it listen on an address that the host has")
    case EACCES, EPERM:
      return FleetError(
        .denied, "this host does not let its agent listen on port \(port) at \(address)",
        hint: "choose ports above 1023: roost port range FIRST-LAST")
    case EMFILE, ENFILE, ENOBUFS, ENOMEM:
      return FleetError(
        .internal, "this host has no room to test port \(port): \(String(cString: strerror(errorNumber)))",
        retryable: true)
    default:
      return FleetError(
        .internal, "port \(port) can't be tested at \(address): \(String(cString: strerror(errorNumber)))")
    }
  }

  private static func four(_ text: String, _ port: in_port_t) throws(FleetError) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, text, &address.sin_addr) == 1 else { throw notAnAddress(text) }
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { listen(AF_INET, $0, size) }
    }
  }

  private static func six(_ text: String, _ port: in_port_t) throws(FleetError) -> Int32 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    guard inet_pton(AF_INET6, text, &address.sin6_addr) == 1 else { throw notAnAddress(text) }
    let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { listen(AF_INET6, $0, size) }
    }
  }

  /// Returns 0 or the error number.
  private static func listen(_ family: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    // QEMU sets this too: a port whose last connection is in TIME_WAIT counts as free.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address, size) == 0, Foundation.listen(descriptor, 1) == 0 else { return errno }
    return 0
  }

  private static func notAnAddress(_ text: String) -> FleetError {
    FleetError(.invalid, "\"\(text.printable)\" is not an IP address")
  }
}
