internal import CLibvirt

extension Domain {
  /// Whom to ask for addresses; corresponds to `virDomainInterfaceAddressesSource`.
  public enum AddressSource: Sendable, Hashable, CaseIterable {
    /// The DHCP leases of libvirt's own networks.
    case lease
    /// The agent in the guest, which may be slow to answer.
    case agent
    /// The host's ARP table, which says nothing of prefixes.
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
  public func interfaceAddresses(source: AddressSource) throws -> [InterfaceAddresses] {
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

  /// Limits how long calls to the agent in the guest wait for its answer.
  ///
  /// Throws `noSupport` before libvirt 5.10 and on drivers without agents.
  /// Corresponds to `virDomainAgentSetResponseTimeout`.
  public func setAgentTimeout(seconds: Int) throws {
    try call("virDomainAgentSetResponseTimeout") {
      unsafe virDomainAgentSetResponseTimeout($0, Int32(clamping: seconds), 0)
    }
  }
}
