package import Fleet
package import RoostProto

extension HostSummary: MessageDecodable {
  package init(_ message: Roost_V1_Host, at path: FieldPath) throws(FleetError) {
    let reserved = Reservation(
      vcpus: Int(clamping: message.reservedVcpus),
      memory: try path.memory(message.reservedMemoryBytes, "reserved_memory_bytes"),
      disk: try path.memory(message.reservedDiskBytes, "reserved_disk_bytes"))
    self.init(
      name: message.name, id: try path.id(message.id, "id"), state: try path.word(message.state, "state"),
      reason: message.reason, seenAt: try path.optionalMoment(message.seenAt, "seen_at"),
      capacity: message.hasCapacity ? try HostCapacity(message.capacity, at: path.field("capacity")) : nil,
      reserved: reserved, vms: Int(clamping: message.vms), acceleration: message.acceleration,
      checksPassed: Int(clamping: message.checksPass), checksWarned: Int(clamping: message.checksWarn),
      checksFailed: Int(clamping: message.checksFail), labels: message.labels, notes: message.notes,
      isDisregarded: message.disregarded)
  }

  /// The host as the wire carries it.
  package var message: Roost_V1_Host {
    var result = Roost_V1_Host()
    result.name = name
    result.id = id.description
    result.state = state.rawValue
    result.reason = reason
    result.seenAt = seenAt?.milliseconds ?? 0
    if let capacity { result.capacity = capacity.message }
    result.reservedVcpus = UInt32(clamping: reserved.vcpus)
    result.reservedMemoryBytes = UInt64(clamping: reserved.memory.bytes)
    result.reservedDiskBytes = UInt64(clamping: reserved.disk.bytes)
    result.vms = UInt32(clamping: vms)
    result.acceleration = acceleration
    result.checksPass = UInt32(clamping: checksPassed)
    result.checksWarn = UInt32(clamping: checksWarned)
    result.checksFail = UInt32(clamping: checksFailed)
    result.labels = labels
    result.notes = notes
    result.disregarded = isDisregarded
    return result
  }
}
