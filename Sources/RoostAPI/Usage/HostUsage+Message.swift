public import Fleet
public import RoostProto

extension HostUsage: MessageDecodable {
  public init(_ message: Roost_V1_HostUsage, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), name: message.name, state: try path.word(message.state, "state"),
      reason: message.reason, measuredAt: try path.optionalMoment(message.measuredAt, "measured_at"),
      load: message.hasLoad ? try path.amount(message.load, "load") : nil,
      memoryFree: message.hasMemoryFreeBytes ? try path.memory(message.memoryFreeBytes, "memory_free_bytes") : nil,
      cpus: Int(clamping: message.cpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      running: Int(clamping: message.running),
      guestCPUs: message.hasGuestCpus ? try path.amount(message.guestCpus, "guest_cpus") : nil,
      skipped: message.skipped)
  }

  /// The figures as the wire carries them.
  public var message: Roost_V1_HostUsage {
    var result = Roost_V1_HostUsage()
    result.id = id.description
    result.name = name
    result.state = state.rawValue
    result.reason = reason
    result.measuredAt = measuredAt?.milliseconds ?? 0
    if let load { result.load = load }
    if let memoryFree { result.memoryFreeBytes = UInt64(clamping: memoryFree.bytes) }
    result.cpus = UInt32(clamping: cpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.running = UInt32(clamping: running)
    if let guestCPUs { result.guestCpus = guestCPUs }
    result.skipped = skipped
    return result
  }
}
