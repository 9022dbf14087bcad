internal import CLibvirt

/// A disk image in a storage pool, as libvirt saw it last.
public struct StorageVolume: Sendable, Hashable {
  /// Its name in the pool.
  public let name: String
  /// Its path on the host.
  public let path: String
  /// The size a guest sees.
  public let capacityBytes: UInt64
  /// The bytes it takes on the host.
  public let allocationBytes: UInt64
}

extension StoragePool {
  /// The images in it, in no order; throws `operationInvalid` if it is not started.
  ///
  /// Asks the daemon twice for each image. One that vanishes meanwhile is left out.
  public func volumes() throws -> [StorageVolume] {
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

extension StorageVolume {
  @unsafe fileprivate init(reading pointer: OpaquePointer) throws {
    // SAFETY: the caller lends a live volume; `info` is filled before the call returns.
    var info = virStorageVolInfo()
    name = try unsafe ReturnCode.copy(virStorageVolGetName(pointer), "virStorageVolGetName")
    path = try unsafe ReturnCode.take(virStorageVolGetPath(pointer), "virStorageVolGetPath")
    try unsafe ReturnCode.check(virStorageVolGetInfo(pointer, &info), "virStorageVolGetInfo")
    capacityBytes = info.capacity
    allocationBytes = info.allocation
  }
}
