/// The resource usage of a running VM, as last measured.
package struct VMUsage: Hashable, Sendable {
  /// Its identity.
  package var id: VMID
  /// Its name.
  package var name: String
  /// The host it runs on.
  package var host: String
  /// False if the host is silent and the values are old.
  package var isCurrent: Bool
  /// The vCPUs it has.
  package var vcpus: Int
  /// The memory it has.
  package var memory: ByteCount
  /// When it was measured, or nil for never.
  package var measuredAt: Timestamp?
  /// The host memory that it holds; nil if not measured.
  package var memoryUsed: ByteCount?
  /// The rates at which it uses resources.
  package var rates: UsageRates

  package init(
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

/// The resource usage of a host, as last measured.
package struct HostUsage: Hashable, Sendable {
  /// Its identity.
  package var id: HostID
  /// Its name.
  package var name: String
  /// Whether it can take work.
  package var state: HostState
  /// Why it is not ready, one sentence, or empty.
  package var reason: String
  /// When it was measured, or nil for never.
  package var measuredAt: Timestamp?
  /// CPU load average of the last minute.
  package var load: Double?
  /// The memory available to programs without swapping.
  package var memoryFree: ByteCount?
  /// Its logical CPUs, 0 if not known.
  package var cpus: Int
  /// Its total memory, zero if unknown.
  package var memory: ByteCount
  /// How many VMs run on it.
  package var running: Int
  /// The CPU time per second of all its VMs with known rates (1 is one CPU kept busy); nil if none is known.
  package var guestCPUs: Double?
  /// The names of domains that did not answer when it was last measured.
  package var skipped: [String]

  package init(
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

/// The resource usage of all hosts and running VMs, as last measured.
package struct FleetUsage: Hashable, Sendable {
  /// The hosts by name.
  package var hosts: [HostUsage]
  /// The running VMs by name, then host.
  package var vms: [VMUsage]

  /// Puts figures together.
  package init(hosts: [HostUsage] = [], vms: [VMUsage] = []) {
    self.hosts = hosts
    self.vms = vms
  }
}

/// What an agent measured at one moment: its host, and every running domain that answered.
package struct UsageReport: Hashable, Sendable {
  /// When, by the agent's own clock.
  package var at: Timestamp
  /// CPU load average of the last minute.
  package var load: Double
  /// The memory available to programs without swapping.
  package var memoryFree: ByteCount
  /// The counters of each domain that answered.
  package var domains: [DomainStatistics]
  /// The names of the domains that did not answer.
  package var skipped: [String]

  /// Makes a report.
  package init(
    at: Timestamp, load: Double, memoryFree: ByteCount, domains: [DomainStatistics] = [], skipped: [String] = []
  ) {
    self.at = at
    self.load = load
    self.memoryFree = memoryFree
    self.domains = domains
    self.skipped = skipped
  }
}
