public import Fleet
public import RoostProto

extension UsageReport: MessageDecodable {
  public init(_ message: Roost_V1_Statistics, at path: FieldPath) throws(FleetError) {
    self.init(
      at: try path.moment(message.at, "at"), load: try path.amount(message.load, "load"),
      memoryFree: try path.memory(message.hostMemoryFreeBytes, "host_memory_free_bytes"),
      domains: try path.list(message.domains, "domains"), skipped: message.skipped)
  }

  /// The report as the wire carries it.
  public var message: Roost_V1_Statistics {
    var result = Roost_V1_Statistics()
    result.at = at.milliseconds
    result.load = load
    result.hostMemoryFreeBytes = UInt64(clamping: memoryFree.bytes)
    result.domains = domains.map(\.message)
    result.skipped = skipped
    return result
  }
}
