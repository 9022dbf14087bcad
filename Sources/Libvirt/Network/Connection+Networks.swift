internal import CLibvirt

// SAFETY, for the closures below: each passes the handle it is lent and text that libvirt copies; every
// reference libvirt returns goes straight to the `Network` that owns it.
extension Connection {
  /// All networks, started or not, in no order.
  public func networks() throws -> [Network] {
    try list("virConnectListAllNetworks") {
      unsafe virConnectListAllNetworks($0, $1, 0)
    } adopt: {
      try unsafe Network(owning: $0, of: self)
    }
  }

  /// The network of a name; throws `noNetwork`.
  public func network(named name: String) throws -> Network {
    let name = try ReturnCode.whole(name, "virNetworkLookupByName")
    return try network("virNetworkLookupByName") { unsafe virNetworkLookupByName($0, name) }
  }

  /// The network of a UUID in text form; throws `noNetwork`, or `invalidArgument` if it is no UUID.
  public func network(uuid: String) throws -> Network {
    let uuid = try ReturnCode.whole(uuid, "virNetworkLookupByUUIDString")
    return try network("virNetworkLookupByUUIDString") { unsafe virNetworkLookupByUUIDString($0, uuid) }
  }

  /// Saves the definition of a network without starting it.
  public func defineNetwork(xml: String) throws -> Network {
    let xml = try ReturnCode.whole(xml, "virNetworkDefineXML")
    return try network("virNetworkDefineXML") { unsafe virNetworkDefineXML($0, xml) }
  }

  @safe private func network(
    _ function: StaticString, _ body: (OpaquePointer) -> OpaquePointer?
  ) throws -> Network {
    try withPointer { try unsafe Network(owning: ReturnCode.check(body($0), function), of: self) }
  }
}
