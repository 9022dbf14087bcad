/// How fast a VM uses what it uses; nil as long as it is not known.
package struct UsageRates: Hashable, Sendable {
  /// The longest time that one rate may stand for, in seconds: an average over more says nothing of now.
  package static let longestSeconds = 120.0

  /// CPUs' worth of time: 1 is one CPU kept busy.
  package var cpus: Double?
  /// Bytes read from disks each second.
  package var readBytesPerSecond: Double?
  /// Bytes written to disks each second.
  package var writtenBytesPerSecond: Double?
  /// Bytes received each second.
  package var receivedBytesPerSecond: Double?
  /// Bytes sent each second.
  package var sentBytesPerSecond: Double?

  /// Makes rates; the defaults say that nothing is known.
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
  /// A processor time that went back is another process: then nothing is known. Another counter that went back, such
  /// as that of a NIC that was taken out, makes its own rate unknown.
  /// - Parameter seconds: the time between them; unless it is positive and at most ``longestSeconds``, nothing is
  ///   known.
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
