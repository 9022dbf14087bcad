internal import CLibvirt

/// A virtual network of one connection.
///
/// Keeps its connection open. Unless stated otherwise a call blocks until the daemon answers, and throws `noNetwork`
/// once the network is gone.
@safe package final class Network: Handle {
  // SAFETY: set once, locked inside libvirt, given back by deinit alone.
  @unsafe nonisolated(unsafe) let pointer: OpaquePointer

  /// The connection it was found through.
  package let connection: Connection
  /// Its name and UUID.
  package let identity: Identity

  /// Takes ownership of one reference, even if it throws.
  @unsafe init(owning pointer: OpaquePointer, of connection: Connection) throws {
    do {
      identity = try unsafe Identity(network: pointer)
    } catch {
      unsafe virNetworkFree(pointer)
      throw error
    }
    unsafe self.pointer = unsafe pointer
    self.connection = connection
  }

  deinit {
    // SAFETY: the one reference we hold; frees memory of this process only.
    unsafe virNetworkFree(pointer)
  }

  /// Its name.
  package var name: String { identity.name }

  /// Its UUID, 36 characters in lower case.
  package var uuid: String { identity.uuid }
}

// SAFETY, for the closures below: each passes the handle it is lent and numbers.
extension Network {
  /// Whether it is started.
  package func isActive() throws -> Bool {
    try call("virNetworkIsActive") { unsafe virNetworkIsActive($0) } == 1
  }

  /// Whether its definition stays when it stops.
  package func isPersistent() throws -> Bool {
    try call("virNetworkIsPersistent") { unsafe virNetworkIsPersistent($0) } == 1
  }

  /// Whether it starts with the host.
  package func autostart() throws -> Bool {
    try flag("virNetworkGetAutostart") { unsafe virNetworkGetAutostart($0, $1) }
  }

  /// Sets whether it starts with the host.
  package func setAutostart(_ enabled: Bool) throws {
    try call("virNetworkSetAutostart") { unsafe virNetworkSetAutostart($0, enabled ? 1 : 0) }
  }

  /// Its bridge on the host; throws `internalError` if it is of a kind without one.
  package func bridge() throws -> String {
    try text("virNetworkGetBridgeName") { unsafe virNetworkGetBridgeName($0) }
  }

  /// Its description as a `<network>` document.
  package func xml(inactive: Bool = false) throws -> String {
    let flags = inactive ? VIR_NETWORK_XML_INACTIVE.rawValue : 0
    return try text("virNetworkGetXMLDesc") { unsafe virNetworkGetXMLDesc($0, flags) }
  }

  /// Starts it; throws `operationInvalid` if it is started.
  package func create() throws {
    try call("virNetworkCreate") { unsafe virNetworkCreate($0) }
  }

  /// Stops it, even if domains use it; throws `operationInvalid` if it is not started.
  package func destroy() throws {
    try call("virNetworkDestroy") { unsafe virNetworkDestroy($0) }
  }

  /// Removes its definition.
  package func undefine() throws {
    try call("virNetworkUndefine") { unsafe virNetworkUndefine($0) }
  }
}

extension Network {
  /// The leases of its DHCP server; empty if it has none. Throws `noSupport` on some drivers.
  package func dhcpLeases() throws -> [DHCPLease] {
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

/// An address that a network's own DHCP server gave out; corresponds to `virNetworkDHCPLease`.
package struct DHCPLease: Sendable, Hashable {
  /// The MAC address; nil for some IPv6 leases.
  package let mac: String?
  /// The address in text form.
  package let address: String
  /// Bits of the network prefix.
  package let prefixLength: Int
  /// Whether it is an IPv6 address.
  package let isIPv6: Bool
  /// The client's own host name, if it sent one.
  package let hostname: String?
  /// When it ends, in seconds since 1970; 0 for never.
  package let expirySeconds: Int64
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

// SAFETY, for the closures below: each passes the handle it is lent and text that libvirt copies; every
// reference libvirt returns goes straight to the `Network` that owns it.
extension Connection {
  /// All networks, started or not, in no order.
  package func networks() throws -> [Network] {
    try list("virConnectListAllNetworks") {
      unsafe virConnectListAllNetworks($0, $1, 0)
    } adopt: {
      try unsafe Network(owning: $0, of: self)
    }
  }

  /// The network of a name; throws `noNetwork`.
  package func network(named name: String) throws -> Network {
    let name = try ReturnCode.whole(name, "virNetworkLookupByName")
    return try network("virNetworkLookupByName") { unsafe virNetworkLookupByName($0, name) }
  }

  /// The network of a UUID in text form; throws `noNetwork`, or `invalidArgument` if the text is not a UUID.
  package func network(uuid: String) throws -> Network {
    let uuid = try ReturnCode.whole(uuid, "virNetworkLookupByUUIDString")
    return try network("virNetworkLookupByUUIDString") { unsafe virNetworkLookupByUUIDString($0, uuid) }
  }

  /// Saves the definition of a network without starting it.
  package func defineNetwork(xml: String) throws -> Network {
    let xml = try ReturnCode.whole(xml, "virNetworkDefineXML")
    return try network("virNetworkDefineXML") { unsafe virNetworkDefineXML($0, xml) }
  }

  @safe private func network(
    _ function: StaticString, _ body: (OpaquePointer) -> OpaquePointer?
  ) throws -> Network {
    try withPointer { try unsafe Network(owning: ReturnCode.check(body($0), function), of: self) }
  }
}
