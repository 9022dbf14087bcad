internal import CLibvirt

/// A storage pool of one connection: a place that holds disk images.
///
/// Keeps its connection open. Unless said otherwise a call blocks until the daemon answers, and throws
/// `noStoragePool` once the pool is gone.
@safe public final class StoragePool: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The connection it was found through.
  public let connection: Connection
  /// Its name and UUID.
  public let identity: Identity

  /// Takes over one reference, also if it throws.
  @unsafe init(owning pointer: OpaquePointer, of connection: Connection) throws {
    do {
      identity = try unsafe Identity(pool: pointer)
    } catch {
      unsafe virStoragePoolFree(pointer)
      throw error
    }
    unsafe self.pointer = unsafe pointer
    self.connection = connection
  }

  deinit {
    // SAFETY: the one reference we hold; frees memory of this process only.
    unsafe virStoragePoolFree(pointer)
  }

  /// Its name.
  public var name: String { identity.name }

  /// Its UUID, 36 characters in lower case.
  public var uuid: String { identity.uuid }
}

// SAFETY, for the closures below: each passes the handle it is lent and numbers.
extension StoragePool {
  /// Whether it is started.
  public func isActive() throws -> Bool {
    try call("virStoragePoolIsActive") { unsafe virStoragePoolIsActive($0) } == 1
  }

  /// Whether it starts with the host.
  public func autostart() throws -> Bool {
    try flag("virStoragePoolGetAutostart") { unsafe virStoragePoolGetAutostart($0, $1) }
  }

  /// Says whether it starts with the host.
  public func setAutostart(_ enabled: Bool) throws {
    try call("virStoragePoolSetAutostart") { unsafe virStoragePoolSetAutostart($0, enabled ? 1 : 0) }
  }

  /// Its state and sizes, as of its last refresh.
  public func info() throws -> StoragePoolInfo {
    var info = virStoragePoolInfo()
    try call("virStoragePoolGetInfo") { unsafe virStoragePoolGetInfo($0, &info) }
    return StoragePoolInfo(
      state: StoragePoolInfo.State(rawValue: info.state), capacityBytes: info.capacity,
      allocationBytes: info.allocation, availableBytes: info.available)
  }

  /// Its description as a `<pool>` document.
  public func xml() throws -> String {
    try text("virStoragePoolGetXMLDesc") { unsafe virStoragePoolGetXMLDesc($0, 0) }
  }

  /// Starts it.
  public func create() throws {
    try call("virStoragePoolCreate") { unsafe virStoragePoolCreate($0, 0) }
  }

  /// Stops it; the images stay.
  public func destroy() throws {
    try call("virStoragePoolDestroy") { unsafe virStoragePoolDestroy($0) }
  }

  /// Drops its definition; the images stay.
  public func undefine() throws {
    try call("virStoragePoolUndefine") { unsafe virStoragePoolUndefine($0) }
  }

  /// Makes libvirt look again at what is there; slow if much is there.
  public func refresh() throws {
    try call("virStoragePoolRefresh") { unsafe virStoragePoolRefresh($0, 0) }
  }
}
