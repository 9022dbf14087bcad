/// What a running domain has used so far.
public struct DomainStatistics: Hashable, Sendable {
  /// The domain's UUID.
  public var id: VMID
  /// CPU time, in nanoseconds.
  public var cpuTimeNanoseconds: UInt64
  /// Resident memory.
  public var memoryUsed: Memory
  /// Bytes read from disks.
  public var blockReadBytes: UInt64
  /// Bytes written to disks.
  public var blockWriteBytes: UInt64
  /// Bytes received.
  public var netReceivedBytes: UInt64
  /// Bytes sent.
  public var netSentBytes: UInt64

  /// Makes the value.
  public init(
    id: VMID, cpuTimeNanoseconds: UInt64 = 0, memoryUsed: Memory = .zero, blockReadBytes: UInt64 = 0,
    blockWriteBytes: UInt64 = 0, netReceivedBytes: UInt64 = 0, netSentBytes: UInt64 = 0
  ) {
    self.id = id
    self.cpuTimeNanoseconds = cpuTimeNanoseconds
    self.memoryUsed = memoryUsed
    self.blockReadBytes = blockReadBytes
    self.blockWriteBytes = blockWriteBytes
    self.netReceivedBytes = netReceivedBytes
    self.netSentBytes = netSentBytes
  }
}
