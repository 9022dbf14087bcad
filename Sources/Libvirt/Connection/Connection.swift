internal import CLibvirt

/// A connection to one libvirt daemon or driver.
///
/// Every call blocks until the daemon answers: run it on a ``CallPool``. Corresponds to `virConnectPtr`,
/// <https://libvirt.org/html/libvirt-libvirt-host.html>.
@safe package final class Connection: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  private init(owning pointer: OpaquePointer) {
    unsafe self.pointer = unsafe pointer
  }

  deinit {
    // Closing calls the daemon, which may hang; the last owner must not wait for that.
    nonisolated(unsafe) let pointer = unsafe self.pointer
    // SAFETY: this was the last reference of ours; objects made from it held `self`.
    DedicatedThread.runApart("libvirt-close") { _ = unsafe virConnectClose(pointer) }
  }

  /// Opens a connection, such as to `qemu:///system`.
  ///
  /// Starts the ``EventLoop`` if necessary. Blocks. Throws ``LibvirtError`` with code `noConnect`, `authFailed`,
  /// `systemError` and others.
  package static func open(uri: String, readOnly: Bool = false) throws -> Connection {
    try EventLoop.start()
    let function: StaticString = readOnly ? "virConnectOpenReadOnly" : "virConnectOpen"
    let uri = try ReturnCode.whole(uri, function)
    // SAFETY: libvirt copies the URI; the new reference goes straight to its owner.
    let pointer = readOnly ? unsafe virConnectOpenReadOnly(uri) : unsafe virConnectOpen(uri)
    return try unsafe Connection(owning: ReturnCode.check(pointer, function))
  }

  /// Makes the client notice a silent daemon: after `count` unanswered keepalive messages, `intervalSeconds` apart, the
  /// connection closes itself.
  ///
  /// Returns false if the driver runs in this process and needs none.
  package func setKeepAlive(intervalSeconds: Int32, count: UInt32) throws -> Bool {
    do {
      // SAFETY: passes numbers.
      return try call("virConnectSetKeepAlive") {
        unsafe virConnectSetKeepAlive($0, intervalSeconds, count)
      } == 0
    } catch LibvirtError.Code.noSupport {
      return false
    }
  }

  /// True if the connection is open as far as the client knows; sends nothing.
  package var isAlive: Bool {
    // SAFETY: passes the handle alone.
    withPointer { unsafe virConnectIsAlive($0) } == 1
  }
}
