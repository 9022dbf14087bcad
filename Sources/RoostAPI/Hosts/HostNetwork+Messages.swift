package import Fleet
package import RoostProto

extension HostNetwork: MessageDecodable {
  package init(_ message: Roost_V1_Network, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, bridge: message.bridge, isActive: message.active, autostart: message.autostart,
      forward: message.forward, reservations: try path.list(message.reservations, "reservations"))
  }

  /// The network as the wire carries it.
  package var message: Roost_V1_Network {
    var result = Roost_V1_Network()
    result.name = name
    result.bridge = bridge
    result.active = isActive
    result.autostart = autostart
    result.forward = forward
    result.reservations = reservations.map(\.message)
    return result
  }
}

extension DHCPReservation: MessageDecodable {
  package init(_ message: Roost_V1_DHCPReservation, at path: FieldPath) throws(FleetError) {
    self.init(mac: try path.mac(message.mac, "mac"), ip: message.ip, name: message.name)
  }

  /// The reservation as the wire carries it.
  package var message: Roost_V1_DHCPReservation {
    var result = Roost_V1_DHCPReservation()
    result.mac = mac.description
    result.ip = ip
    result.name = name
    return result
  }
}

extension StoragePool: MessageDecodable {
  package init(_ message: Roost_V1_StoragePool, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, type: message.type, path: message.path, isActive: message.active,
      autostart: message.autostart, capacity: try path.memory(message.capacityBytes, "capacity_bytes"),
      allocation: try path.memory(message.allocationBytes, "allocation_bytes"),
      available: try path.memory(message.availableBytes, "available_bytes"))
  }

  /// The pool as the wire carries it.
  package var message: Roost_V1_StoragePool {
    var result = Roost_V1_StoragePool()
    result.name = name
    result.type = type
    result.path = path
    result.active = isActive
    result.autostart = autostart
    result.capacityBytes = UInt64(clamping: capacity.bytes)
    result.allocationBytes = UInt64(clamping: allocation.bytes)
    result.availableBytes = UInt64(clamping: available.bytes)
    return result
  }
}
