internal import Fleet

/// The host's facts as last read, and whether KVM works.
actor FactsCache {
  private let reader: FactsReader
  private(set) var current: HostFacts
  private var checks: [CheckResult] = []
  private var kvmUsable: Bool

  init(reader: FactsReader, kvmUsable: Bool, current: HostFacts = HostFacts()) {
    self.reader = reader
    self.kvmUsable = kvmUsable
    self.current = current
  }

  /// Reads the facts again; true if they differ from the last ones in more than free space.
  func refresh() async -> Bool {
    let next = await reader.read(
      last: current.hostname.isEmpty ? nil : current, checks: checks, kvmUsable: kvmUsable)
    let differs = Self.lasting(next) != Self.lasting(current)
    current = next
    return differs
  }

  /// Reads the trust file again and evaluates it; true if the result differs from the facts.
  func refreshTrust() -> Bool {
    guard let known = current.trust else { return false }
    let trust = reader.trust.trust(pools: current.pools)
    guard trust != known else { return false }
    current.trust = trust
    var survey = CheckSurvey()
    (survey.trust, survey.trustFile) = (trust, reader.trust.file.content())
    let judged = HostCheck.results(of: survey, among: HostCheck.trustChecks)
    checks = checks.map { check in judged.first { $0.check == check.check } ?? check }
    current.checks = checks
    return true
  }

  /// Stores new check results.
  func set(checks: [CheckResult]) { self.checks = checks }

  /// Stores the result of the KVM probe.
  func set(kvmUsable: Bool) { self.kvmUsable = kvmUsable }

  /// The facts without the values that change continually.
  private static func lasting(_ facts: HostFacts) -> HostFacts {
    var result = facts
    result.pools = facts.pools.map {
      var pool = $0
      pool.allocation = .zero
      pool.available = .zero
      return pool
    }
    result.hugePages = facts.hugePages.map {
      HugePages(pageSize: $0.pageSize, total: $0.total, free: 0, isDefault: $0.isDefault)
    }
    return result
  }
}
