internal import CLibvirt

/// The two identifiers of an object in libvirt.
package struct Identity: Sendable, Hashable {
  /// The name, unique among objects of one kind on one host at one time; a domain can be renamed.
  package let name: String
  /// The UUID in its 36 character form, lower case.
  package let uuid: String

  /// Makes an identity from its parts.
  package init(name: String, uuid: String) {
    self.name = name
    self.uuid = uuid
  }
}

// The client's own objects hold names and UUIDs: none of these calls reaches the daemon.
extension Identity {
  /// Reads a domain's.
  @unsafe init(domain pointer: OpaquePointer) throws {
    // SAFETY: the caller lends a live domain.
    name = try unsafe ReturnCode.copy(virDomainGetName(pointer), "virDomainGetName")
    uuid = try unsafe Self.uuid("virDomainGetUUIDString") { unsafe virDomainGetUUIDString(pointer, $0) }
  }

  /// Reads a network's.
  @unsafe init(network pointer: OpaquePointer) throws {
    // SAFETY: the caller lends a live network.
    name = try unsafe ReturnCode.copy(virNetworkGetName(pointer), "virNetworkGetName")
    uuid = try unsafe Self.uuid("virNetworkGetUUIDString") { unsafe virNetworkGetUUIDString(pointer, $0) }
  }

  /// Reads a storage pool's.
  @unsafe init(pool pointer: OpaquePointer) throws {
    // SAFETY: the caller lends a live pool.
    name = try unsafe ReturnCode.copy(virStoragePoolGetName(pointer), "virStoragePoolGetName")
    uuid = try unsafe Self.uuid("virStoragePoolGetUUIDString") {
      unsafe virStoragePoolGetUUIDString(pointer, $0)
    }
  }

  private static func uuid(
    _ function: StaticString, _ read: (UnsafeMutablePointer<CChar>) -> Int32
  ) throws -> String {
    // SAFETY: the buffer has the size libvirt documents, the terminating zero included.
    try unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(VIR_UUID_STRING_BUFLEN)) { buffer in
      guard let base = buffer.baseAddress else { return "" }
      unsafe buffer.initialize(repeating: 0)
      try unsafe ReturnCode.check(read(base), function)
      return unsafe String(cString: base)
    }
  }
}
