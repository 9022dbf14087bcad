internal import CLibvirt

extension Network {
  /// The leases of its DHCP server; empty if it has none. Throws `noSupport` on some drivers.
  public func dhcpLeases() throws -> [DHCPLease] {
    var array: UnsafeMutablePointer<virNetworkDHCPLeasePtr?>? = nil
    // SAFETY: libvirt fills the array it allocates.
    let count = Int(
      try call("virNetworkGetDHCPLeases") { unsafe virNetworkGetDHCPLeases($0, nil, &array, 0) })
    // SAFETY: `count` entries, each ours to free by libvirt's own call, and then the array.
    guard let array = unsafe array else { return [] }
    defer { unsafe roost_leases_free(array, Int32(count)) }
    return (0..<count).compactMap { index in
      guard let lease = unsafe array[index] else { return nil }
      return unsafe DHCPLease(copying: lease.pointee)
    }
  }
}
