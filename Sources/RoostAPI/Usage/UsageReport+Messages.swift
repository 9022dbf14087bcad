package import Fleet
package import RoostProto

extension VMUsage: MessageDecodable {
  package init(_ message: Roost_V1_VMUsage, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), name: message.name, host: message.host, isCurrent: message.current,
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      measuredAt: try path.optionalMoment(message.measuredAt, "measured_at"),
      memoryUsed: message.hasMemoryUsedBytes ? try path.memory(message.memoryUsedBytes, "memory_used_bytes") : nil,
      rates: try UsageRates(message.rates, at: path.field("rates")))
  }

  /// The figures as the wire carries them.
  package var message: Roost_V1_VMUsage {
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

extension HostUsage: MessageDecodable {
  package init(_ message: Roost_V1_HostUsage, at path: FieldPath) throws(FleetError) {
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
  package var message: Roost_V1_HostUsage {
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

extension FleetUsage: MessageDecodable {
  package init(_ message: Roost_V1_ListUsageResponse, at path: FieldPath) throws(FleetError) {
    self.init(hosts: try path.list(message.hosts, "hosts"), vms: try path.list(message.vms, "vms"))
  }

  /// The figures as the wire carries them, without the moment from which ages are counted.
  package var message: Roost_V1_ListUsageResponse {
    var result = Roost_V1_ListUsageResponse()
    result.hosts = hosts.map(\.message)
    result.vms = vms.map(\.message)
    return result
  }
}

extension UsageRates: MessageDecodable {
  package init(_ message: Roost_V1_UsageRates, at path: FieldPath) throws(FleetError) {
    self.init(
      cpus: message.hasCpus ? try path.amount(message.cpus, "cpus") : nil,
      readBytesPerSecond: message.hasReadBytesPerSecond
        ? try path.amount(message.readBytesPerSecond, "read_bytes_per_second") : nil,
      writtenBytesPerSecond: message.hasWrittenBytesPerSecond
        ? try path.amount(message.writtenBytesPerSecond, "written_bytes_per_second") : nil,
      receivedBytesPerSecond: message.hasReceivedBytesPerSecond
        ? try path.amount(message.receivedBytesPerSecond, "received_bytes_per_second") : nil,
      sentBytesPerSecond: message.hasSentBytesPerSecond
        ? try path.amount(message.sentBytesPerSecond, "sent_bytes_per_second") : nil)
  }

  /// The rates as the wire carries them.
  package var message: Roost_V1_UsageRates {
    var result = Roost_V1_UsageRates()
    if let cpus { result.cpus = cpus }
    if let readBytesPerSecond { result.readBytesPerSecond = readBytesPerSecond }
    if let writtenBytesPerSecond { result.writtenBytesPerSecond = writtenBytesPerSecond }
    if let receivedBytesPerSecond { result.receivedBytesPerSecond = receivedBytesPerSecond }
    if let sentBytesPerSecond { result.sentBytesPerSecond = sentBytesPerSecond }
    return result
  }
}

extension UsageReport: MessageDecodable {
  package init(_ message: Roost_V1_Statistics, at path: FieldPath) throws(FleetError) {
    self.init(
      at: try path.moment(message.at, "at"), load: try path.amount(message.load, "load"),
      memoryFree: try path.memory(message.hostMemoryFreeBytes, "host_memory_free_bytes"),
      domains: try path.list(message.domains, "domains"), skipped: message.skipped)
  }

  /// The report as the wire carries it.
  package var message: Roost_V1_Statistics {
    var result = Roost_V1_Statistics()
    result.at = at.milliseconds
    result.load = load
    result.hostMemoryFreeBytes = UInt64(clamping: memoryFree.bytes)
    result.domains = domains.map(\.message)
    result.skipped = skipped
    return result
  }
}
