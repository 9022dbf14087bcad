/// The rates at which a VM uses resources; nil if unknown.
package struct UsageRates: Hashable, Sendable {
  /// The longest time between two samples, in seconds: an average over more says nothing about the present.
  package static let longestSeconds = 120.0

  /// CPU time per second: 1 is one CPU kept busy.
  package var cpus: Double?
  /// Bytes read from disks each second.
  package var readBytesPerSecond: Double?
  /// Bytes written to disks each second.
  package var writtenBytesPerSecond: Double?
  /// Bytes received each second.
  package var receivedBytesPerSecond: Double?
  /// Bytes sent each second.
  package var sentBytesPerSecond: Double?

  /// Makes rates; the defaults are unknown.
  package init(
    cpus: Double? = nil, readBytesPerSecond: Double? = nil, writtenBytesPerSecond: Double? = nil,
    receivedBytesPerSecond: Double? = nil, sentBytesPerSecond: Double? = nil
  ) {
    self.cpus = cpus
    self.readBytesPerSecond = readBytesPerSecond
    self.writtenBytesPerSecond = writtenBytesPerSecond
    self.receivedBytesPerSecond = receivedBytesPerSecond
    self.sentBytesPerSecond = sentBytesPerSecond
  }

  /// The rates between two samples of one domain.
  ///
  /// If the processor time decreased, the process is another one and all rates are unknown. If another counter
  /// decreased, such as after a NIC was removed, only its own rate is unknown.
  /// - Parameter seconds: the time between them; unless it is positive and at most ``longestSeconds``, all rates are
  ///   unknown.
  package init(from earlier: DomainStatistics, to later: DomainStatistics, seconds: Double) {
    self.init()
    guard seconds > 0, seconds <= Self.longestSeconds, later.cpuTimeNanoseconds >= earlier.cpuTimeNanoseconds else {
      return
    }
    func rate(_ counter: KeyPath<DomainStatistics, UInt64>) -> Double? {
      let (from, to) = (earlier[keyPath: counter], later[keyPath: counter])
      return to >= from ? Double(to - from) / seconds : nil
    }
    cpus = rate(\.cpuTimeNanoseconds).map { $0 / 1e9 }
    readBytesPerSecond = rate(\.blockReadBytes)
    writtenBytesPerSecond = rate(\.blockWriteBytes)
    receivedBytesPerSecond = rate(\.netReceivedBytes)
    sentBytesPerSecond = rate(\.netSentBytes)
  }
}
