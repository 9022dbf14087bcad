/// One thing for an agent to do. Repeating an action by its id is harmless.
public struct AgentAction: Hashable, Sendable {
  /// What there is to do.
  public enum Work: Hashable, Sendable {
    /// Make the disks and define the domain.
    case provision(Provision)
    /// Change the power of a domain; `timeoutSeconds` bounds a polite stop.
    case power(VMID, PowerVerb, force: Bool, timeoutSeconds: Int)
    /// Destroy and undefine the domain, and delete the disks that Roost made unless they stay.
    case destroy(VMID, tombstone: TombstoneID, keepDisks: Bool)
    /// Start or stop a libvirt network.
    case network(String, active: Bool)
    /// Change one interface of a domain.
    case nic(VMID, NICChange)
    /// Write this mark into a domain's metadata.
    case mark(FleetMark)
    /// Take the fleet's mark out of a domain's metadata.
    case unmark(VMID, fleetID: FleetID)
    /// Define the domain again over the disks that are there; nothing is made.
    case recover(Provision)
  }

  /// Its identity.
  public var id: ActionID
  /// The epoch of the coordinator that asks; an agent refuses one lower than it has seen.
  public var epoch: Int64
  /// What there is to do.
  public var work: Work

  /// Makes an action.
  public init(id: ActionID, epoch: Int64, work: Work) {
    self.id = id
    self.epoch = epoch
    self.work = work
  }
}
