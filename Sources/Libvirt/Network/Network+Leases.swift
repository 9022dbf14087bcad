internal import CLibvirt

/// An address that a network's own DHCP server gave out; corresponds to `virNetworkDHCPLease`.
public struct DHCPLease: Sendable, Hashable {
  /// The MAC address; nil for some IPv6 leases.
  public let mac: String?
  /// The address in text form.
  public let address: String
  /// Bits of the network prefix.
  public let prefixLength: Int
  /// Whether it is an IPv6 address.
  public let isIPv6: Bool
  /// The name the client gave itself, if any.
  public let hostname: String?
  /// When it ends, in seconds since 1970; 0 never.
  public let expirySeconds: Int64
}

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

extension DHCPLease {
  fileprivate init(copying lease: virNetworkDHCPLease) {
    // SAFETY: texts are zero-terminated or NULL.
    mac = unsafe lease.mac.map { unsafe String(cString: $0) }
    address = unsafe lease.ipaddr.map { unsafe String(cString: $0) } ?? ""
    hostname = unsafe lease.hostname.map { unsafe String(cString: $0) }
    prefixLength = unsafe Int(lease.prefix)
    isIPv6 = unsafe lease.type == Int32(VIR_IP_ADDR_TYPE_IPV6.rawValue)
    expirySeconds = unsafe Int64(lease.expirytime)
  }
}
