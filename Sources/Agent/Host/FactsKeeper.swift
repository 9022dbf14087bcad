internal import Fleet

/// The host's facts as last read, and whether KVM works.
actor FactsKeeper {
  private let reader: FactsReader
  private(set) var current: HostFacts
  private var checks: [CheckResult] = []
  private var kvmUsable: Bool

  init(reader: FactsReader, kvmUsable: Bool, current: HostFacts = HostFacts()) {
    self.reader = reader
    self.kvmUsable = kvmUsable
    self.current = current
  }

  /// Reads the facts anew; true if they differ from the last ones in more than free space.
  func refresh() async -> Bool {
    let next = await reader.read(
      last: current.hostname.isEmpty ? nil : current, checks: checks, kvmUsable: kvmUsable)
    let differs = Self.lasting(next) != Self.lasting(current)
    current = next
    return differs
  }

  /// Takes new check results.
  func set(checks: [CheckResult]) { self.checks = checks }

  /// Takes what the KVM probe found.
  func set(kvmUsable: Bool) { self.kvmUsable = kvmUsable }

  /// The facts without what changes all the time.
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
