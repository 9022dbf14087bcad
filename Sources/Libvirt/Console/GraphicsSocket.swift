internal import CLibvirt
internal import Glibc
internal import Synchronization

/// A connection to a domain's display that libvirt has handed to this process; deinit closes what nobody has taken.
package final class GraphicsSocket: Sendable {
  private let descriptor: Mutex<Int32>

  fileprivate init(owning descriptor: Int32) {
    self.descriptor = Mutex(descriptor)
  }

  deinit {
    let rest = descriptor.withLock { $0 }
    if rest >= 0 { close(rest) }
  }

  /// The descriptor of the connected stream socket, which the caller closes from now on; nil if it was taken before.
  package func take() -> Int32? {
    descriptor.withLock { descriptor in
      defer { descriptor = -1 }
      return descriptor >= 0 ? descriptor : nil
    }
  }
}

extension Domain {
  /// Opens a connection to a display, whatever it listens at.
  ///
  /// Blocks until the emulator has accepted the connection. The connection to libvirt must be a unix socket. Throws
  /// `operationInvalid` if the domain does not run, `internalError` if it has no such display. Corresponds to
  /// `virDomainOpenGraphicsFD`, <https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainOpenGraphicsFD>.
  /// - Parameter index: the display's place among the graphics of the domain's document, from 0.
  package func openGraphics(_ index: Int) throws -> GraphicsSocket {
    guard let index = UInt32(exactly: index) else {
      throw LibvirtError(
        code: .invalidArgument, message: "\(index) is not the place of a display", function: "virDomainOpenGraphicsFD")
    }
    // SAFETY: passes the handle and numbers; the descriptor that comes back is this process's own.
    let descriptor = try withPointer { pointer in
      try unsafe ReturnCode.check(virDomainOpenGraphicsFD(pointer, index, 0), "virDomainOpenGraphicsFD")
    }
    // Not for programs that this process starts; its readers wait.
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let status = fcntl(descriptor, F_GETFL)
    if status >= 0 { _ = fcntl(descriptor, F_SETFL, status & ~O_NONBLOCK) }
    return GraphicsSocket(owning: descriptor)
  }
}
