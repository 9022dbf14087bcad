public import Fleet

/// One look at the figures of all running domains.
public struct StatisticsReport: Hashable, Sendable {
  /// The figures of each domain that answered.
  public var domains: [DomainStatistics]
  /// The names of those that did not.
  public var skipped: [String]

  /// Makes a report.
  public init(domains: [DomainStatistics], skipped: [String] = []) {
    self.domains = domains
    self.skipped = skipped
  }
}
