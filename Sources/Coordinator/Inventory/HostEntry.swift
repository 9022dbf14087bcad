import Fleet
import Scheduling

/// One host as the coordinator knows it now: the durable row, and what its agent last reported.
struct HostEntry: Sendable {
  /// The durable row.
  var host: Host
  /// True while its agent's stream is open.
  var isConnected = false
  /// When anything last came from its agent; nil for never.
  var seenAt: Timestamp?
  /// When its agent's stream ended, if it did.
  var lostAt: Timestamp?
  /// What its agent sees of it; nil before the first report.
  var facts: HostFacts?
  /// Which of its agent's streams counts: what an earlier one still carries is dropped.
  var session: UInt64 = 0
  /// Whether its libvirt answers; nil before the first report.
  var libvirt: LibvirtState?
  /// Since when the libvirt answers that has told of all domains; nil if none has.
  var toldOf: Timestamp?
  /// Why its domains can't be listed, while they can't.
  var unread: ReadFailure?
  /// Why its domains can't be measured, while they can't.
  var unmeasured: ReadFailure?
  /// True if the last event about it says that it is degraded.
  var isToldDegraded = false
  /// Its domains, as last reported.
  var domains: [VMID: ObservedDomain] = [:] {
    didSet { isIndexed = false }
  }
  /// The domains by their addresses, as of the last ``refreshIndex()``.
  private(set) var index = DomainIndex()
  private var isIndexed = true
  /// When all domains that can be read were last known to be so.
  var domainsAt: Timestamp?
  /// Why its last stream was ended, if it told more than one host may; nil since it was welcomed again.
  var excess: String?
  /// Since when no certificate lets its agent in, though nobody has cut it off in this database, which may be a backup
  /// from before; nil once its agent is let in.
  var lockedOutSince: Timestamp?
  /// When single domains were, where that is another time: heard of since, or not to be read.
  var verifiedAt: [VMID: Timestamp] = [:]
  /// What its agent has measured last; nil before the first time.
  var measurement: HostMeasurement?

  init(host: Host) {
    self.host = host
  }

  /// Brings the index up to date with the domains, if they were touched.
  mutating func refreshIndex() {
    guard !isIndexed else { return }
    index = DomainIndex(domains)
    isIndexed = true
  }

  /// True while its agent and its libvirt answer, and that libvirt has told of all domains.
  var isAnswering: Bool {
    guard isConnected, host.revokedAt == nil, let libvirt, libvirt.isConnected else { return false }
    return toldOf == libvirt.since
  }

  /// True while reports of its domains are to be trusted as the present, but for those that can't be read.
  var isCurrent: Bool { isAnswering && unread == nil }

  /// True if nothing was ever heard of it, neither in this term nor in an earlier one.
  var hasNeverReported: Bool { seenAt == nil && domainsAt == nil && host.capacity == nil }

  /// When what is known of it was last true: an agent that says that its libvirt is silent tells nothing new.
  var dataSeenAt: Timestamp? { isCurrent ? seenAt : domainsAt ?? seenAt }

  /// Whether it can take work.
  var state: HostState {
    if host.revokedAt != nil { return .revoked }
    guard isConnected else { return lockedOutSince == nil ? .unreachable : .revoked }
    guard isAnswering else { return .libvirtDown }
    guard !isDegraded else { return .degraded }
    return host.cordoned ? .cordoned : .ready
  }

  /// Why it is not ready, one sentence, or empty.
  var reason: String {
    switch state {
    case .ready: [trustReason, unreadDomains ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    case .cordoned: [Self.cordoned, unreadDomains].compactMap { $0 }.joined(separator: "; ")
    case .degraded:
      (troubles + [unreadDomains, host.cordoned ? Self.cordoned : nil].compactMap { $0 }).joined(separator: "; ")
    case .draining: "its VMs are being moved away"
    case .fenced: "confirmed off"
    case .revoked:
      if let at = host.revokedAt ?? lockedOutSince, host.revokedAt == nil {
        "its certificates are revoked since \(at), by the list that outlives the database"
      } else {
        "cut off by roost host revoke\(host.revokedAt.map { " at \($0)" } ?? "")"
      }
    case .unreachable:
      if let since = lostAt ?? seenAt { "its agent is silent since \(since)" } else { "its agent never connected" }
    case .libvirtDown: libvirtReason
    }
  }

  /// What is wrong with the host's file of what the fleet may do there, or empty.
  private var trustReason: String {
    guard let trust = facts?.trust, !trust.fault.isEmpty else { return "" }
    return "it grants nothing beyond plain VMs, since its file is not obeyed: \(trust.fault.printable)"
  }
  private static let cordoned = "closed for new VMs by roost host cordon"

  private var libvirtReason: String {
    guard let libvirt else { return "its agent has not reported yet" }
    if libvirt.isConnected { return "its libvirt answers since \(libvirt.since) and has not told of its domains yet" }
    let detail = libvirt.detail.isEmpty ? "" : ": \(libvirt.detail.printable)"
    return "its libvirt does not answer since \(libvirt.since)\(detail)"
  }
}

extension HostEntry {
  /// Takes what the host's agent has measured.
  mutating func take(_ report: UsageReport, at now: Timestamp) {
    measurement = HostMeasurement(report, after: measurement, domains: domains, at: now)
  }

  /// How busy its CPUs were when last measured, 0…1; nil if nobody measured.
  var measuredLoad: Double? {
    guard let measurement, let cpus = facts?.cpu.logical, cpus > 0 else { return nil }
    return min(1, measurement.load / Double(cpus))
  }

  /// What placement learns of it from measurements.
  func measuredTraits(at now: Timestamp) -> HostTraits {
    HostTraits(load: measuredLoad, loadAgeSeconds: measurement.map { max(0, now.seconds(since: $0.at)) } ?? 0)
  }

  /// What it uses, as last measured.
  var usage: HostUsage {
    let running = domains.values.filter(\.state.isActive)
    let cpus = running.compactMap { measurement?.samples[$0.id]?.rates.cpus }
    return HostUsage(
      id: host.id, name: host.name, state: state, reason: reason, measuredAt: measurement?.at, load: measurement?.load,
      memoryFree: measurement?.memoryFree, cpus: facts?.cpu.logical ?? 0, memory: facts?.memory ?? .zero,
      running: running.count, guestCPUs: cpus.isEmpty ? nil : cpus.reduce(0, +), skipped: measurement?.skipped ?? [])
  }

  /// What one of its domains uses, as last measured.
  func usage(of domain: ObservedDomain) -> VMUsage {
    let sample = measurement?.samples[domain.id]
    return VMUsage(
      id: domain.id, name: domain.name, host: host.name, isCurrent: certainty(of: domain) == .current,
      vcpus: domain.effective?.vcpus ?? 0,
      memory: domain.effective?.memory ?? .zero, measuredAt: sample?.at, memoryUsed: sample?.statistics.memoryUsed,
      rates: sample?.rates ?? UsageRates())
  }
}

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
  private(set) var memoryFree: ByteCount
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
