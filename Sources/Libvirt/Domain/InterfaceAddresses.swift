internal import CLibvirt

/// A network interface of a domain with its addresses by one source.
package struct InterfaceAddresses: Sendable, Hashable {
  /// The name: the host's tap device, or the guest's own name if the guest agent was asked.
  package let name: String
  /// The MAC address, if the source reports it.
  package let mac: String?
  /// The addresses, in the source's order.
  package let addresses: [Address]

  /// One address with the length of its network prefix.
  package struct Address: Sendable, Hashable {
    /// The address in text form.
    package let text: String
    /// Bits of the network prefix; 0 if the source does not know.
    package let prefixLength: Int
    /// Whether it is an IPv6 address.
    package let isIPv6: Bool
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

extension Domain {
  /// The source of addresses; corresponds to `virDomainInterfaceAddressesSource`.
  package enum AddressSource: Sendable, Hashable, CaseIterable {
    /// The DHCP leases of libvirt's own networks.
    case lease
    /// The agent in the guest, which may be slow to answer.
    case agent
    /// The host's ARP table, which has no prefixes.
    case arp

    var rawValue: UInt32 {
      switch self {
      case .lease: VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE.rawValue
      case .agent: VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT.rawValue
      case .arp: VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP.rawValue
      }
    }
  }

  /// Its interfaces with their addresses, as one source knows them.
  ///
  /// Throws `operationInvalid` if it does not run, `agentUnresponsive` or `argumentUnsupported` without
  /// an agent.
  package func interfaceAddresses(source: AddressSource) throws -> [InterfaceAddresses] {
    var array: UnsafeMutablePointer<virDomainInterfacePtr?>? = nil
    // SAFETY: libvirt fills the array it allocates.
    let count = Int(
      try call("virDomainInterfaceAddresses") {
        unsafe virDomainInterfaceAddresses($0, &array, source.rawValue, 0)
      })
    // SAFETY: `count` entries, each ours to free by libvirt's own call, and then the array.
    guard let array = unsafe array else { return [] }
    defer { unsafe roost_interfaces_free(array, Int32(count)) }
    return (0..<count).compactMap { index in
      guard let interface = unsafe array[index] else { return nil }
      return unsafe InterfaceAddresses(copying: interface.pointee)
    }
  }

  /// Limits how long calls to the guest agent wait for its answer.
  ///
  /// Throws `noSupport` before libvirt 5.10 and on drivers without agents. Corresponds to
  /// `virDomainAgentSetResponseTimeout`.
  package func setAgentTimeout(seconds: Int) throws {
    try call("virDomainAgentSetResponseTimeout") {
      unsafe virDomainAgentSetResponseTimeout($0, Int32(clamping: seconds), 0)
    }
  }
}
