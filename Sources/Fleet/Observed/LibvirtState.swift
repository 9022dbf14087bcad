/// Whether an agent's libvirt answers.
package struct LibvirtState: Hashable, Sendable {
  /// A call that has timed out and not returned yet.
  package struct StuckCall: Hashable, Sendable {
    /// The name of the call.
    package var call: String
    /// The domain it concerns, if any.
    package var vm: VMID?
    /// When it was called.
    package var since: Timestamp

    /// Makes a stuck call.
    package init(call: String, vm: VMID?, since: Timestamp) {
      self.call = call
      self.vm = vm
      self.since = since
    }
  }

  /// True while it answers.
  package var isConnected: Bool
  /// When that began.
  package var since: Timestamp
  /// One sentence, or empty.
  package var detail: String
  /// The stuck calls, the oldest first.
  package var stuck: [StuckCall]

  package init(isConnected: Bool, since: Timestamp, detail: String = "", stuck: [StuckCall] = []) {
    self.isConnected = isConnected
    self.since = since
    self.detail = detail
    self.stuck = stuck
  }

  /// True while it answers some calls and blocks others.
  package var isDegraded: Bool { isConnected && !stuck.isEmpty }
}

/// The usage counters of a running domain.
package struct DomainStatistics: Hashable, Sendable {
  /// The domain's UUID.
  package var id: VMID
  /// CPU time, in nanoseconds.
  package var cpuTimeNanoseconds: UInt64
  /// Resident memory.
  package var memoryUsed: ByteCount
  /// Bytes read from disks.
  package var blockReadBytes: UInt64
  /// Bytes written to disks.
  package var blockWriteBytes: UInt64
  /// Bytes received.
  package var netReceivedBytes: UInt64
  /// Bytes sent.
  package var netSentBytes: UInt64

  package init(
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
