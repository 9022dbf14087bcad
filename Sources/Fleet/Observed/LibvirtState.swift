/// Whether an agent's libvirt answers.
public struct LibvirtState: Hashable, Sendable {
  /// A call that nobody waits for any more and that has not returned.
  public struct StuckCall: Hashable, Sendable {
    /// What was called.
    public var call: String
    /// The domain it is about, if it is about one.
    public var vm: VMID?
    /// When it was called.
    public var since: Timestamp

    /// Makes a stuck call.
    public init(call: String, vm: VMID?, since: Timestamp) {
      self.call = call
      self.vm = vm
      self.since = since
    }
  }

  /// True while it answers.
  public var isConnected: Bool
  /// Since when.
  public var since: Timestamp
  /// One sentence, or empty.
  public var detail: String
  /// The calls that do not return, the oldest first.
  public var stuck: [StuckCall]

  /// Makes the value.
  public init(isConnected: Bool, since: Timestamp, detail: String = "", stuck: [StuckCall] = []) {
    self.isConnected = isConnected
    self.since = since
    self.detail = detail
    self.stuck = stuck
  }

  /// True while it answers some calls and holds others.
  public var isDegraded: Bool { isConnected && !stuck.isEmpty }
}

/// What a running domain has used so far.
public struct DomainStatistics: Hashable, Sendable {
  /// The domain's UUID.
  public var id: VMID
  /// CPU time, in nanoseconds.
  public var cpuTimeNanoseconds: UInt64
  /// Resident memory.
  public var memoryUsed: ByteCount
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
    id: VMID, cpuTimeNanoseconds: UInt64 = 0, memoryUsed: ByteCount = .zero, blockReadBytes: UInt64 = 0,
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
