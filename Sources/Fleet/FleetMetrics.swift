/// The metrics of a fleet at one moment, for monitoring.
package struct FleetMetrics: Hashable, Sendable {
  /// A class of VMs that are counted together.
  package struct Kind: Hashable, Sendable, Comparable {
    /// The state's name in JSON.
    package var state: String
    /// True if Roost keeps a spec for them.
    package var isManaged: Bool

    /// Names a kind.
    package init(state: String, isManaged: Bool) {
      self.state = state
      self.isManaged = isManaged
    }

    /// By state, managed ones first.
    package static func < (left: Kind, right: Kind) -> Bool {
      (left.state, left.isManaged ? 0 : 1) < (right.state, right.isManaged ? 0 : 1)
    }
  }

  /// A host's numbers.
  package struct Host: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Whether it can take work.
    package var state: HostState
    /// When it last reported, or nil for never.
    package var seenAt: Timestamp?
    /// What the fleet may reserve of it; nil before its first report.
    package var capacity: HostCapacity?
    /// What VMs have reserved of it.
    package var reserved = Reservation()
    /// How many VMs it has, unmanaged ones included.
    package var vms = 0
    /// How many of its checks pass.
    package var checksPassed = 0
    /// How many of its checks warn.
    package var checksWarned = 0
    /// How many of its checks fail.
    package var checksFailed = 0
    /// When it was last measured, or nil for never.
    package var measuredAt: Timestamp?
    /// Its CPU load average of the last minute; nil if it was never measured.
    package var load: Double?
    /// The memory that programs can have without swapping; nil if it was never measured.
    package var memoryFree: ByteCount?
    /// How many logical CPUs it has; 0 if that is not known.
    package var cpus = 0

    /// Makes a host without numbers.
    package init(name: String, state: HostState) {
      self.name = name
      self.state = state
    }
  }

  /// With more samples of VMs than this none is served, so that a large fleet does not overload its monitoring; each VM
  /// has two.
  package static let vmSampleLimit = 5000
  /// Older measurements say nothing about the present and are left out, in seconds.
  package static let staleSeconds = 60.0

  /// The fleet's name.
  package var fleet: String
  /// The coordinator's version.
  package var version: String
  /// The coordinator's epoch.
  package var epoch: Int64
  /// The moment of the metrics.
  package var at: Timestamp
  /// The hosts by name.
  package var hosts: [Host]
  /// How many VMs there are of each kind.
  package var vms: [Kind: Int]
  /// How many MAC addresses have each state.
  package var macs: [LedgerState: Int]
  /// How many VNC ports have each state.
  package var ports: [LedgerState: Int]
  /// The range of VNC ports, and how much of it is taken.
  package var portUse: VNCPortUse
  /// How many MAC addresses more than one VM has.
  package var conflicts: Int
  /// How many operations have not ended.
  package var operationsRunning: Int
  /// The number of the latest event.
  package var lastEvent: Int64
  /// The usage of VMs, as measured lately; none if there are too many.
  package var usage: [VMUsage]
  /// How many VMs were measured lately and are not in ``usage``.
  package var vmsLeftOut: Int

  /// Puts figures together.
  package init(
    fleet: String, version: String, epoch: Int64, at: Timestamp, hosts: [Host], vms: [Kind: Int],
    macs: [LedgerState: Int], ports: [LedgerState: Int], conflicts: Int, operationsRunning: Int, lastEvent: Int64,
    usage: [VMUsage] = [], vmsLeftOut: Int = 0,
    portUse: VNCPortUse = VNCPortUse(range: 5900...32767, taken: 0)
  ) {
    self.fleet = fleet
    self.version = version
    self.epoch = epoch
    self.at = at
    self.hosts = hosts
    self.vms = vms
    self.macs = macs
    self.ports = ports
    self.conflicts = conflicts
    self.operationsRunning = operationsRunning
    self.lastEvent = lastEvent
    self.usage = usage
    self.vmsLeftOut = vmsLeftOut
    self.portUse = portUse
  }

  /// True if something that was measured then says something about `now`.
  package static func isFresh(_ measuredAt: Timestamp?, at now: Timestamp) -> Bool {
    measuredAt.map { now.seconds(since: $0) <= staleSeconds } ?? false
  }
}
