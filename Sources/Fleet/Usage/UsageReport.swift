/// What a running VM uses, as last measured.
public struct VMUsage: Hashable, Sendable {
  /// Its identity.
  public var id: VMID
  /// Its name.
  public var name: String
  /// The host it runs on.
  public var host: String
  /// False if the host is silent: then this is how it was.
  public var isCurrent: Bool
  /// The vCPUs it has.
  public var vcpus: Int
  /// The memory it has.
  public var memory: ByteCount
  /// When it was measured, or nil for never.
  public var measuredAt: Timestamp?
  /// The memory of the host that it holds; nil if nobody measured.
  public var memoryUsed: ByteCount?
  /// How fast it uses what it uses.
  public var rates: UsageRates

  /// Makes the value.
  public init(
    id: VMID, name: String, host: String, isCurrent: Bool, vcpus: Int, memory: ByteCount, measuredAt: Timestamp? = nil,
    memoryUsed: ByteCount? = nil, rates: UsageRates = UsageRates()
  ) {
    self.id = id
    self.name = name
    self.host = host
    self.isCurrent = isCurrent
    self.vcpus = vcpus
    self.memory = memory
    self.measuredAt = measuredAt
    self.memoryUsed = memoryUsed
    self.rates = rates
  }
}

/// What a host uses, as last measured.
public struct HostUsage: Hashable, Sendable {
  /// Its identity.
  public var id: HostID
  /// Its name.
  public var name: String
  /// Whether it can take work.
  public var state: HostState
  /// Why it is not ready, one sentence, or empty.
  public var reason: String
  /// When it was measured, or nil for never.
  public var measuredAt: Timestamp?
  /// CPU load average of the last minute.
  public var load: Double?
  /// Memory that programs can have without swapping.
  public var memoryFree: ByteCount?
  /// Its logical CPUs, 0 if not known.
  public var cpus: Int
  /// All its memory, zero if not known.
  public var memory: ByteCount
  /// How many VMs run on it.
  public var running: Int
  /// What its VMs use together, those whose rates are known; nil if none is.
  public var guestCPUs: Double?
  /// The names of domains that did not answer when it was last measured.
  public var skipped: [String]

  /// Makes the value.
  public init(
    id: HostID, name: String, state: HostState, reason: String = "", measuredAt: Timestamp? = nil, load: Double? = nil,
    memoryFree: ByteCount? = nil, cpus: Int = 0, memory: ByteCount = .zero, running: Int = 0, guestCPUs: Double? = nil,
    skipped: [String] = []
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.reason = reason
    self.measuredAt = measuredAt
    self.load = load
    self.memoryFree = memoryFree
    self.cpus = cpus
    self.memory = memory
    self.running = running
    self.guestCPUs = guestCPUs
    self.skipped = skipped
  }
}

/// What all hosts and running VMs use, as last measured.
public struct FleetUsage: Hashable, Sendable {
  /// The hosts by name.
  public var hosts: [HostUsage]
  /// The running VMs by name, then host.
  public var vms: [VMUsage]

  /// Puts figures together.
  public init(hosts: [HostUsage] = [], vms: [VMUsage] = []) {
    self.hosts = hosts
    self.vms = vms
  }
}

/// What an agent has measured at one moment: its host, and every running domain that answered.
public struct UsageReport: Hashable, Sendable {
  /// When, by the agent's own clock.
  public var at: Timestamp
  /// CPU load average of the last minute.
  public var load: Double
  /// Memory that programs can have without swapping.
  public var memoryFree: ByteCount
  /// The counters of each domain that answered.
  public var domains: [DomainStatistics]
  /// The names of those that did not.
  public var skipped: [String]

  /// Makes a report.
  public init(
    at: Timestamp, load: Double, memoryFree: ByteCount, domains: [DomainStatistics] = [], skipped: [String] = []
  ) {
    self.at = at
    self.load = load
    self.memoryFree = memoryFree
    self.domains = domains
    self.skipped = skipped
  }
}
