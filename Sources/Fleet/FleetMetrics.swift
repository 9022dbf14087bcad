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

  /// The fleet's name.
  package var fleet: String
  /// The coordinator's version.
  package var version: String
  /// The coordinator's epoch.
  package var epoch: Int64
  /// The moment of the metrics.
  package var at: Timestamp
  /// The hosts by name.
  package var hosts: [HostSummary]
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
  /// The usage of hosts and running VMs.
  package var usage: FleetUsage

  /// Puts figures together.
  package init(
    fleet: String, version: String, epoch: Int64, at: Timestamp, hosts: [HostSummary], vms: [Kind: Int],
    macs: [LedgerState: Int], ports: [LedgerState: Int], conflicts: Int, operationsRunning: Int, lastEvent: Int64,
    usage: FleetUsage = FleetUsage(), portUse: VNCPortUse = VNCPortUse(range: 5900...32767, taken: 0)
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
    self.portUse = portUse
  }
}
