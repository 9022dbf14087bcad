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

extension DHCPLease {
  @unsafe init(copying lease: virNetworkDHCPLease) {
    // SAFETY: texts are zero-terminated or NULL.
    mac = unsafe lease.mac.map { unsafe String(cString: $0) }
    address = unsafe lease.ipaddr.map { unsafe String(cString: $0) } ?? ""
    hostname = unsafe lease.hostname.map { unsafe String(cString: $0) }
    prefixLength = unsafe Int(lease.prefix)
    isIPv6 = unsafe lease.type == Int32(VIR_IP_ADDR_TYPE_IPV6.rawValue)
    expirySeconds = unsafe Int64(lease.expirytime)
  }
}
