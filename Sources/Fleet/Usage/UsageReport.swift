/// What an agent has measured at one moment: its host, and every running domain that answered.
public struct UsageReport: Hashable, Sendable {
  /// When, by the agent's own clock.
  public var at: Timestamp
  /// CPU load average of the last minute.
  public var load: Double
  /// Memory that programs can have without swapping.
  public var memoryFree: Memory
  /// The counters of each domain that answered.
  public var domains: [DomainStatistics]
  /// The names of those that did not.
  public var skipped: [String]

  /// Makes a report.
  public init(
    at: Timestamp, load: Double, memoryFree: Memory, domains: [DomainStatistics] = [], skipped: [String] = []
  ) {
    self.at = at
    self.load = load
    self.memoryFree = memoryFree
    self.domains = domains
    self.skipped = skipped
  }
}
