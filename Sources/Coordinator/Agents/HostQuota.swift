import Fleet

/// Limits what one host may report. A host beyond its quota gets an error and its stream ends; other hosts are not
/// affected.
enum HostQuota {
  static let domains = 4_096
  static let nics = 64
  static let disks = 256
  static let addresses = 1_024
  static let networks = 256
  static let reservations = 4_096
  static let pools = 256
  static let checks = 256
  static let devices = 4_096
  /// The largest report that is stored, in bytes.
  static let reportBytes = 8 << 20
  /// The longest sentence of an agent, in bytes.
  static let sentenceBytes = 4_096

  /// Refuses too many facts.
  /// - Throws: ``FleetError`` with code `exhausted`.
  static func check(_ facts: HostFacts) throws(FleetError) {
    try check(facts.networks.count, "networks", networks)
    let reserved = facts.networks.reduce(0) { $0 + $1.reservations.count }
    try check(reserved, "DHCP reservations", reservations)
    try check(facts.pools.count, "storage pools", pools)
    try check(facts.networkFolders.count, "network folders", networks)
    try check(facts.checks.count, "host checks", checks)
    try check(facts.bridges.count, "bridges", networks)
    try check(facts.disks.count, "block devices", devices)
    try check(facts.numa.count, "NUMA cells", devices)
    try check(facts.hugePages.count, "sizes of huge pages", checks)
    try check(facts.emulators.count, "emulators", checks)
    try check(facts.cpuModels.count, "CPU models", devices)
  }

  /// Refuses domains that are too many or too large.
  /// - Throws: ``FleetError`` with code `exhausted`.
  static func check(_ domains: some Collection<ObservedDomain>) throws(FleetError) {
    try check(domains: domains.count)
    for domain in domains {
      let name = domain.name.printable.prefix(64)
      for configuration in domain.configurations {
        try check(configuration.nics.count, "interfaces of domain \"\(name)\"", nics)
        try check(configuration.disks.count, "disks of domain \"\(name)\"", disks)
        try check(configuration.graphics.count, "displays of domain \"\(name)\"", nics)
      }
      try check(domain.kept.count, "kept configurations of domain \"\(name)\"", nics)
      try check(domain.leases.count, "addresses of domain \"\(name)\"", addresses)
    }
  }

  /// Refuses a number of domains that is too high.
  static func check(domains count: Int) throws(FleetError) { try check(count, "domains", domains) }

  /// Refuses a report that is too large to be stored.
  static func check(report bytes: Int) throws(FleetError) {
    try check(bytes, "bytes of report", reportBytes)
  }

  /// A sentence of an agent, without its middle if it is too long.
  static func sentence(_ text: String) -> String { text.withoutMiddle(bytes: sentenceBytes) }

  /// A result of an action, with its sentences truncated.
  static func bounded(_ result: ActionResult) -> ActionResult {
    guard var failure = result.failure else { return result }
    failure.message = sentence(failure.message)
    failure.hint = sentence(failure.hint)
    failure.refusals = Array(failure.refusals.prefix(checks))
    var bounded = result
    bounded.failure = failure
    return bounded
  }

  private static func check(_ count: Int, _ what: String, _ limit: Int) throws(FleetError) {
    guard count > limit else { return }
    throw FleetError(
      .exhausted, "the host reports \(count) \(what), and \(limit) are the most that one host may have",
      hint: "look at the host; what it had reported before stays in the books")
  }
}
