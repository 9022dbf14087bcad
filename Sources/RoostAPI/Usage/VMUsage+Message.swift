public import Fleet
public import RoostProto

extension VMUsage: MessageDecodable {
  public init(_ message: Roost_V1_VMUsage, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), name: message.name, host: message.host, isCurrent: message.current,
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      measuredAt: try path.optionalMoment(message.measuredAt, "measured_at"),
      memoryUsed: message.hasMemoryUsedBytes ? try path.memory(message.memoryUsedBytes, "memory_used_bytes") : nil,
      rates: try UsageRates(message.rates, at: path.field("rates")))
  }

  /// The figures as the wire carries them.
  public var message: Roost_V1_VMUsage {
    var result = Roost_V1_VMUsage()
    result.id = id.description
    result.name = name
    result.host = host
    result.current = isCurrent
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.measuredAt = measuredAt?.milliseconds ?? 0
    if let memoryUsed { result.memoryUsedBytes = UInt64(clamping: memoryUsed.bytes) }
    result.rates = rates.message
    return result
  }
}
