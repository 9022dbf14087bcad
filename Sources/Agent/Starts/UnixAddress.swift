internal import Fleet
internal import Foundation

/// The address of a unix socket in the file system.
struct UnixAddress {
  private var address = sockaddr_un()

  /// - Throws: ``FleetError`` with code `invalid` for a path longer than the system allows.
  init(_ path: String) throws(FleetError) {
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw FleetError(.invalid, "the path of the socket is too long: \(path.printable)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Lends the address to a call of the system.
  func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
