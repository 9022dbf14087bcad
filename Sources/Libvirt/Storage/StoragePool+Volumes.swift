internal import CLibvirt

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
