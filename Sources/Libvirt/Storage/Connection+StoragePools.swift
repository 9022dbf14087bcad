internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent and text that libvirt copies; every
// reference libvirt returns goes straight to the `StoragePool` that owns it.
extension Connection {
  /// All storage pools, started or not, in no order.
  public func storagePools() throws -> [StoragePool] {
    try list("virConnectListAllStoragePools") {
      unsafe virConnectListAllStoragePools($0, $1, 0)
    } adopt: {
      try unsafe StoragePool(owning: $0, of: self)
    }
  }

  /// The pool of a name; throws `noStoragePool`.
  public func storagePool(named name: String) throws -> StoragePool {
    let name = try ReturnCode.whole(name, "virStoragePoolLookupByName")
    return try storagePool("virStoragePoolLookupByName") { unsafe virStoragePoolLookupByName($0, name) }
  }

  /// The pool of a UUID in text form; throws `noStoragePool`, or `invalidArgument` if it is no UUID.
  public func storagePool(uuid: String) throws -> StoragePool {
    let function: StaticString = "virStoragePoolLookupByUUIDString"
    let uuid = try ReturnCode.whole(uuid, function)
    return try storagePool(function) { unsafe virStoragePoolLookupByUUIDString($0, uuid) }
  }

  /// The pool whose directory or device is at a path; throws `noStoragePool`.
  ///
  /// The path must be the pool's own as defined: links and trailing slashes count.
  public func storagePool(targetPath path: String) throws -> StoragePool {
    let function: StaticString = "virStoragePoolLookupByTargetPath"
    let path = try ReturnCode.whole(path, function)
    return try storagePool(function) { unsafe virStoragePoolLookupByTargetPath($0, path) }
  }

  /// Saves the definition of a pool without starting it.
  public func defineStoragePool(xml: String) throws -> StoragePool {
    let xml = try ReturnCode.whole(xml, "virStoragePoolDefineXML")
    return try storagePool("virStoragePoolDefineXML") { unsafe virStoragePoolDefineXML($0, xml, 0) }
  }

  @safe private func storagePool(
    _ function: StaticString, _ body: (OpaquePointer) -> OpaquePointer?
  ) throws -> StoragePool {
    try withPointer { try unsafe StoragePool(owning: ReturnCode.check(body($0), function), of: self) }
  }
}
