import Fleet
import Scheduling

/// One host in memory: the stored row, and what its agent last reported.
struct HostEntry: Sendable {
  /// The stored row.
  var host: Host
  /// True while its agent's stream is open.
  var isConnected = false
  /// When its agent last sent anything, or until when its stored report held; nil for never.
  var seenAt: Timestamp?
  /// When its agent's stream last ended in this run; nil for never.
  var lostAt: Timestamp?
  /// What its agent reports of it; nil before the first report.
  @Shared var facts: HostFacts? {
    didSet {
      networkPaths = facts.map { SharedStorage.networkPaths(pools: $0.pools, folders: $0.networkFolders) } ?? []
    }
  }
  /// Where other hosts may have the same files.
  private(set) var networkPaths: [String] = []
  /// The number of the present stream; messages of earlier ones are dropped.
  var session: UInt64 = 0
  /// Whether its libvirt answers; nil before the first report.
  @Shared var libvirt: LibvirtState?
  /// When the libvirt that last listed all domains connected; nil if none has.
  var toldOf: Timestamp?
  /// Why its domains can't be listed; nil while they can.
  @Shared var unread: ReadFailure?
  /// Why its domains can't be measured; nil while they can.
  @Shared var unmeasured: ReadFailure?
  /// True if the last event about it reports it as degraded.
  var isToldDegraded = false
  /// Its domains, as last reported.
  var domains: [VMID: ObservedDomain] = [:] {
    didSet { domainsVersion &+= 1 }
  }
  /// Grows with each change of the domains.
  private(set) var domainsVersion: UInt64 = 0
  /// Its domains as the store has them; nil if it may have others.
  var storedDomains: [VMID: ObservedDomain]?
  /// The digests of the domains as they were at a version.
  var digests: (version: UInt64, values: [VMID: UInt64]) = (0, [:])
  /// When all readable domains were last known to be current.
  var domainsAt: Timestamp?
  /// Why its last stream was ended, if it exceeded its quota; nil since it was welcomed again.
  var excess: String?
  /// Since when it has no valid certificate although this database, which may be an older backup, does not have it as
  /// revoked; nil once its agent is admitted.
  var lockedOutSince: Timestamp?
  /// When single domains were last confirmed, if that differs: reported since, or unreadable.
  var verifiedAt: [VMID: Timestamp] = [:]
  /// The last measurement of its agent; nil before the first.
  var measurement: HostMeasurement?

  init(host: Host) {
    self.host = host
  }

  /// True while its agent and its libvirt answer, and that libvirt has listed all domains.
  var isAnswering: Bool {
    guard isConnected, host.revokedAt == nil, let libvirt, libvirt.isConnected else { return false }
    return toldOf == libvirt.since
  }

  /// True if both can be asked, and have reported, as much.
  func hasSameReach(as other: HostEntry) -> Bool {
    isConnected == other.isConnected && isAnswering == other.isAnswering && isCurrent == other.isCurrent
  }

  /// True while its reports are current, except for domains that can't be read.
  var isCurrent: Bool { isAnswering && unread == nil }

  /// True if it has never reported, in this run or an earlier one.
  var hasNeverReported: Bool { seenAt == nil && domainsAt == nil && host.capacity == nil }

  /// When its data was last current: an agent without libvirt reports nothing new.
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
      if let lostAt {
        "its agent is silent since \(lostAt)"
      } else if let seenAt {
        "its agent has not connected since this coordinator started; its last stored report held at \(seenAt)"
      } else if hasNeverReported {
        "its agent never connected"
      } else {
        "its agent has not connected since this coordinator started"
      }
    case .libvirtDown: libvirtReason
    }
  }

  /// What is wrong with the host's trust file, or empty.
  private var trustReason: String {
    guard let trust = facts?.trust, !trust.fault.isEmpty else { return "" }
    return "it grants nothing beyond plain VMs, since its file is not obeyed: \(trust.fault.printable)"
  }
  private static let cordoned = "closed for new VMs by roost host cordon"

  private var libvirtReason: String {
    guard let libvirt else { return "its agent has not reported yet" }
    if libvirt.isConnected { return "its libvirt answers since \(libvirt.since) and has not listed its domains yet" }
    let detail = libvirt.detail.isEmpty ? "" : ": \(libvirt.detail.printable)"
    return "its libvirt does not answer since \(libvirt.since)\(detail)"
  }
}

extension HostEntry {
  /// Records what the host's agent has measured.
  mutating func take(_ report: UsageReport, at now: Timestamp) {
    measurement = HostMeasurement(report, after: measurement, domains: domains, at: now)
  }

  /// How busy its CPUs were when last measured, 0…1; nil if never measured.
  var measuredLoad: Double? {
    guard let measurement, let cpus = facts?.cpu.logical, cpus > 0 else { return nil }
    return min(1, measurement.load / Double(cpus))
  }

  /// The measured traits for placement.
  func measuredTraits(at now: Timestamp) -> HostTraits {
    HostTraits(load: measuredLoad, loadAgeSeconds: measurement.map { max(0, now.seconds(since: $0.at)) } ?? 0)
  }

  /// Its usage, as last measured.
  var usage: HostUsage {
    let running = domains.values.filter(\.state.isActive)
    let cpus = running.compactMap { measurement?.samples[$0.id]?.rates.cpus }
    return HostUsage(
      id: host.id, name: host.name, state: state, reason: reason, measuredAt: measurement?.at, load: measurement?.load,
      memoryFree: measurement?.memoryFree, cpus: facts?.cpu.logical ?? 0, memory: facts?.memory ?? .zero,
      running: running.count, guestCPUs: cpus.isEmpty ? nil : cpus.reduce(0, +), skipped: measurement?.skipped ?? [])
  }

  /// The usage of one of its domains, as last measured.
  func usage(of domain: ObservedDomain) -> VMUsage {
    let sample = measurement?.samples[domain.id]
    return VMUsage(
      id: domain.id, name: domain.name, host: host.name, isCurrent: certainty(of: domain) == .current,
      vcpus: domain.effective?.vcpus ?? 0,
      memory: domain.effective?.memory ?? .zero, measuredAt: sample?.at, memoryUsed: sample?.statistics.memoryUsed,
      rates: sample?.rates ?? UsageRates())
  }
}

/// The last measurement of a host's agent: soft state, bounded by the number of the host's domains.
struct HostMeasurement: Sendable {
  /// One domain's last sample, and the rates since the one before it.
  struct Sample: Sendable {
    /// When it arrived, by the coordinator's clock.
    var at: Timestamp
    /// When it was taken, by the agent's clock.
    var takenAt: Timestamp
    var statistics: DomainStatistics
    var rates: UsageRates
  }

  /// The most names of domains that did not answer.
  static let skippedLimit = 100

  /// When the last report arrived, by the coordinator's clock, from which ages are counted.
  private(set) var at: Timestamp
  private(set) var load: Double
  private(set) var memoryFree: ByteCount
  private(set) var samples: [VMID: Sample] = [:]
  private(set) var skipped: [String] = []

  /// Combines a report with the measurement before it.
  ///
  /// Rates use the agent's clock, which is not affected by delays on the way. A domain that did not answer keeps its
  /// last sample, which ages; one that is gone or off loses it.
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
