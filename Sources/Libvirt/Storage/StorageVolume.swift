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
