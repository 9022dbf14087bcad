internal import CLibvirt

/// A network interface of a domain with the addresses somebody knows for it.
public struct InterfaceAddresses: Sendable, Hashable {
  /// The name: the host's tap device, or the guest's own name if the guest agent was asked.
  public let name: String
  /// The MAC address as told, if told.
  public let mac: String?
  /// The addresses, in the source's order.
  public let addresses: [Address]

  /// One address with the length of its network prefix.
  public struct Address: Sendable, Hashable {
    /// The address in text form.
    public let text: String
    /// Bits of the network prefix; 0 if the source does not know.
    public let prefixLength: Int
    /// Whether it is an IPv6 address.
    public let isIPv6: Bool
  }
}

extension InterfaceAddresses {
  @unsafe init(copying interface: virDomainInterface) {
    // SAFETY: texts are zero-terminated or NULL, and `naddrs` addresses follow `addrs`.
    name = unsafe interface.name.map { unsafe String(cString: $0) } ?? ""
    mac = unsafe interface.hwaddr.map { unsafe String(cString: $0) }
    let addresses = unsafe UnsafeBufferPointer(
      start: interface.addrs, count: interface.addrs == nil ? 0 : Int(interface.naddrs))
    self.addresses = unsafe addresses.map { address in
      unsafe Address(
        text: address.addr.map { unsafe String(cString: $0) } ?? "", prefixLength: Int(address.prefix),
        isIPv6: address.type == Int32(VIR_IP_ADDR_TYPE_IPV6.rawValue))
    }
  }
}
