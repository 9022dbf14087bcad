public import Fleet
public import RoostProto

extension StoragePool: MessageDecodable {
  public init(_ message: Roost_V1_StoragePool, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, type: message.type, path: message.path, isActive: message.active,
      autostart: message.autostart, capacity: try path.memory(message.capacityBytes, "capacity_bytes"),
      allocation: try path.memory(message.allocationBytes, "allocation_bytes"),
      available: try path.memory(message.availableBytes, "available_bytes"))
  }

  /// The pool as the wire carries it.
  public var message: Roost_V1_StoragePool {
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
