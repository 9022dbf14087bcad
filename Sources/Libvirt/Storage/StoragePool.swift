internal import CLibvirt

/// A storage pool of one connection: a place for disk images.
///
/// Keeps its connection open. Unless stated otherwise a call blocks until the daemon answers, and throws
/// `noStoragePool` once the pool is gone.
@safe package final class StoragePool: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The connection it was found through.
  package let connection: Connection
  /// Its name and UUID.
  package let identity: Identity

  /// Takes ownership of one reference, even if it throws.
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
  package var name: String { identity.name }

  /// Its UUID, 36 characters in lower case.
  package var uuid: String { identity.uuid }
}

// SAFETY, for the closures below: each passes the handle it is lent and numbers.
extension StoragePool {
  /// Whether it is started.
  package func isActive() throws -> Bool {
    try call("virStoragePoolIsActive") { unsafe virStoragePoolIsActive($0) } == 1
  }

  /// Whether it starts with the host.
  package func autostart() throws -> Bool {
    try flag("virStoragePoolGetAutostart") { unsafe virStoragePoolGetAutostart($0, $1) }
  }

  /// Sets whether it starts with the host.
  package func setAutostart(_ enabled: Bool) throws {
    try call("virStoragePoolSetAutostart") { unsafe virStoragePoolSetAutostart($0, enabled ? 1 : 0) }
  }

  /// Its state and sizes, as of its last refresh.
  package func info() throws -> StoragePoolInfo {
    var info = virStoragePoolInfo()
    try call("virStoragePoolGetInfo") { unsafe virStoragePoolGetInfo($0, &info) }
    return StoragePoolInfo(
      state: StoragePoolInfo.State(rawValue: info.state), capacityBytes: info.capacity,
      allocationBytes: info.allocation, availableBytes: info.available)
  }

  /// Its description as a `<pool>` document.
  package func xml() throws -> String {
    try text("virStoragePoolGetXMLDesc") { unsafe virStoragePoolGetXMLDesc($0, 0) }
  }

  /// Starts it.
  package func create() throws {
    try call("virStoragePoolCreate") { unsafe virStoragePoolCreate($0, 0) }
  }

  /// Stops it; the images stay.
  package func destroy() throws {
    try call("virStoragePoolDestroy") { unsafe virStoragePoolDestroy($0) }
  }

  /// Removes its definition; the images stay.
  package func undefine() throws {
    try call("virStoragePoolUndefine") { unsafe virStoragePoolUndefine($0) }
  }

  /// Makes libvirt read the pool again; slow if it holds much.
  package func refresh() throws {
    try call("virStoragePoolRefresh") { unsafe virStoragePoolRefresh($0, 0) }
  }
}

extension StoragePool {
  /// The images in it, in no order; throws `operationInvalid` if it is not started.
  ///
  /// Calls the daemon twice for each image. Leaves out an image that vanishes meanwhile.
  package func volumes() throws -> [StorageVolume] {
    // SAFETY: passes the handle alone; the references in the array go one by one to `adopt`.
    try list("virStoragePoolListAllVolumes") {
      unsafe virStoragePoolListAllVolumes($0, $1, 0)
    } adopt: { volume in
      // SAFETY: the reference is ours, used here and given back.
      defer { unsafe virStorageVolFree(volume) }
      do {
        return try unsafe StorageVolume(reading: volume)
      } catch LibvirtError.Code.noStorageVolume {
        return nil
      }
    }.compactMap { $0 }
  }
}

/// A storage pool's state and sizes; corresponds to `virStoragePoolInfo`.
package struct StoragePoolInfo: Sendable, Hashable {
  /// The state.
  package let state: State
  /// The total space.
  package let capacityBytes: UInt64
  /// Space in use.
  package let allocationBytes: UInt64
  /// Space free.
  package let availableBytes: UInt64

  /// The state of a pool; corresponds to `virStoragePoolState`.
  package enum State: Sendable, Hashable {
    /// It is not started.
    case inactive
    /// It is being made.
    case building
    /// It is started.
    case running
    /// It works in part only.
    case degraded
    /// It is started and cannot be reached.
    case inaccessible
    /// A state newer than this library.
    case unknown(Int32)

    /// Takes libvirt's number.
    package init(rawValue: Int32) {
      switch UInt32(bitPattern: rawValue) {
      case VIR_STORAGE_POOL_INACTIVE.rawValue: self = .inactive
      case VIR_STORAGE_POOL_BUILDING.rawValue: self = .building
      case VIR_STORAGE_POOL_RUNNING.rawValue: self = .running
      case VIR_STORAGE_POOL_DEGRADED.rawValue: self = .degraded
      case VIR_STORAGE_POOL_INACCESSIBLE.rawValue: self = .inaccessible
      default: self = .unknown(rawValue)
      }
    }
  }
}

/// A disk image in a storage pool, as libvirt last saw it.
package struct StorageVolume: Sendable, Hashable {
  /// Its name in the pool.
  package let name: String
  /// Its path on the host.
  package let path: String
  /// The size a guest sees.
  package let capacityBytes: UInt64
  /// The bytes it takes on the host.
  package let allocationBytes: UInt64
}

extension StorageVolume {
  @unsafe init(reading pointer: OpaquePointer) throws {
    // SAFETY: the caller lends a live volume; `info` is filled before the call returns.
    var info = virStorageVolInfo()
    name = try unsafe ReturnCode.copy(virStorageVolGetName(pointer), "virStorageVolGetName")
    path = try unsafe ReturnCode.take(virStorageVolGetPath(pointer), "virStorageVolGetPath")
    try unsafe ReturnCode.check(virStorageVolGetInfo(pointer, &info), "virStorageVolGetInfo")
    capacityBytes = info.capacity
    allocationBytes = info.allocation
  }
}

// SAFETY, for the closures below: each passes the handle it is lent and text that libvirt copies; every
// reference libvirt returns goes straight to the `StoragePool` that owns it.
extension Connection {
  /// All storage pools, started or not, in no order.
  package func storagePools() throws -> [StoragePool] {
    try list("virConnectListAllStoragePools") {
      unsafe virConnectListAllStoragePools($0, $1, 0)
    } adopt: {
      try unsafe StoragePool(owning: $0, of: self)
    }
  }

  /// The pool of a name; throws `noStoragePool`.
  package func storagePool(named name: String) throws -> StoragePool {
    let name = try ReturnCode.whole(name, "virStoragePoolLookupByName")
    return try storagePool("virStoragePoolLookupByName") { unsafe virStoragePoolLookupByName($0, name) }
  }

  /// The pool of a UUID in text form; throws `noStoragePool`, or `invalidArgument` if the text is not a UUID.
  package func storagePool(uuid: String) throws -> StoragePool {
    let function: StaticString = "virStoragePoolLookupByUUIDString"
    let uuid = try ReturnCode.whole(uuid, function)
    return try storagePool(function) { unsafe virStoragePoolLookupByUUIDString($0, uuid) }
  }

  /// The pool whose directory or device is at a path; throws `noStoragePool`.
  ///
  /// The path must be the pool's own as defined: links and trailing slashes count.
  package func storagePool(targetPath path: String) throws -> StoragePool {
    let function: StaticString = "virStoragePoolLookupByTargetPath"
    let path = try ReturnCode.whole(path, function)
    return try storagePool(function) { unsafe virStoragePoolLookupByTargetPath($0, path) }
  }

  /// Saves the definition of a pool without starting it.
  package func defineStoragePool(xml: String) throws -> StoragePool {
    let xml = try ReturnCode.whole(xml, "virStoragePoolDefineXML")
    return try storagePool("virStoragePoolDefineXML") { unsafe virStoragePoolDefineXML($0, xml, 0) }
  }

  @safe private func storagePool(
    _ function: StaticString, _ body: (OpaquePointer) -> OpaquePointer?
  ) throws -> StoragePool {
    try withPointer { try unsafe StoragePool(owning: ReturnCode.check(body($0), function), of: self) }
  }
}
