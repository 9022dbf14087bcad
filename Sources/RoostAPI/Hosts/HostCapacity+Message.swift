public import Fleet
public import RoostProto

extension HostCapacity: MessageDecodable {
  public init(_ message: Roost_V1_Capacity, at path: FieldPath) throws(FleetError) {
    self.init(
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      disk: try path.memory(message.diskBytes, "disk_bytes"), cpuRatio: message.cpuRatio,
      memoryRatio: message.memoryRatio,
      reservedMemory: try path.memory(message.reservedMemoryBytes, "reserved_memory_bytes"))
  }

  /// The capacity as the wire carries it.
  public var message: Roost_V1_Capacity {
    var result = Roost_V1_Capacity()
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.diskBytes = UInt64(clamping: disk.bytes)
    result.cpuRatio = cpuRatio
    result.memoryRatio = memoryRatio
    result.reservedMemoryBytes = UInt64(clamping: reservedMemory.bytes)
    return result
  }
}
