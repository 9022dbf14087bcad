import Fleet

/// What a host's agent has measured last: soft state, bounded by the domains that the host has.
struct HostMeasurement: Sendable {
  /// One domain's last sample, and the rates since the one before it.
  struct Sample: Sendable {
    /// When it came, by the coordinator's clock.
    var at: Timestamp
    /// When it was taken, by the agent's clock.
    var takenAt: Timestamp
    var statistics: DomainStatistics
    var rates: UsageRates
  }

  /// How many names of domains that did not answer are kept.
  static let skippedLimit = 100

  /// When the last report came, by the coordinator's clock, from which ages are counted.
  private(set) var at: Timestamp
  private(set) var load: Double
  private(set) var memoryFree: Memory
  private(set) var samples: [VMID: Sample] = [:]
  private(set) var skipped: [String] = []

  /// Takes a report over what was measured before it.
  ///
  /// Rates are by the agent's clock, which knows nothing of delays on the way. A domain that did not answer keeps its
  /// last sample, which grows older; one that is not on the host any more, or off, loses it.
  init(_ report: UsageReport, after earlier: HostMeasurement?, domains: [VMID: ObservedDomain], at now: Timestamp) {
    at = now
    load = report.load
    memoryFree = report.memoryFree
    skipped = report.skipped.prefix(Self.skippedLimit).map(\.printable)
    samples = (earlier?.samples ?? [:]).filter { domains[$0.key]?.state.isActive == true }
    for statistics in report.domains where domains[statistics.id]?.state.isActive == true {
      let before = samples[statistics.id]
      let seconds = before.map { report.at.seconds(since: $0.takenAt) } ?? 0
      samples[statistics.id] = Sample(
        at: now, takenAt: report.at, statistics: statistics,
        rates: before.map { UsageRates(from: $0.statistics, to: statistics, seconds: seconds) } ?? UsageRates())
    }
  }
}
