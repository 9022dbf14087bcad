public import Fleet
public import RoostProto

extension DomainStatistics: MessageDecodable {
  public init(_ message: Roost_V1_DomainStatistics, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.uuid, "uuid"), cpuTimeNanoseconds: message.cpuTimeNs,
      memoryUsed: try path.memory(message.memoryUsedBytes, "memory_used_bytes"),
      blockReadBytes: message.blockReadBytes, blockWriteBytes: message.blockWriteBytes,
      netReceivedBytes: message.netRxBytes, netSentBytes: message.netTxBytes)
  }

  /// The figures as the wire carries them.
  public var message: Roost_V1_DomainStatistics {
    var result = Roost_V1_DomainStatistics()
    result.uuid = id.description
    result.cpuTimeNs = cpuTimeNanoseconds.held
    result.memoryUsedBytes = UInt64(clamping: memoryUsed.bytes).held
    result.blockReadBytes = blockReadBytes.held
    result.blockWriteBytes = blockWriteBytes.held
    result.netRxBytes = netReceivedBytes.held
    result.netTxBytes = netSentBytes.held
    return result
  }
}
