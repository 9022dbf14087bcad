/// One thing for an agent to do. Repeating an action by its id is harmless.
public struct AgentAction: Hashable, Sendable {
  /// What there is to do.
  public enum Work: Hashable, Sendable {
    /// Make the disks and define the domain.
    case provision(ProvisionRequest)
    /// Change the power of a domain; `timeoutSeconds` bounds a polite stop.
    case power(VMID, PowerVerb, force: Bool, timeoutSeconds: Int)
    /// Destroy and undefine the domain, and delete the disks that Roost made unless they stay.
    case destroy(Destruction)
    /// Start or stop a libvirt network.
    case network(String, active: Bool)
    /// Change one interface of a domain.
    case nic(VMID, NICChange)
    /// Write this mark into a domain's metadata.
    case mark(VMMark)
    /// Take the fleet's mark out of a domain's metadata.
    case unmark(VMID, fleetID: FleetID)
    /// Define the domain again over the disks that are there; nothing is made.
    case recover(ProvisionRequest)
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

/// How an action ended on its host.
public struct ActionResult: Hashable, Sendable {
  /// The action.
  public var id: ActionID
  /// Why it failed, or nil if it was done.
  public var failure: FleetError?
  /// The domain afterwards, if it is there.
  public var domain: ObservedDomain?
  /// What a person should know of what was done, one sentence each, such as what was left on the host.
  public var notes: [String]
  /// When the agent looked for the domain; nil if it did not say.
  public var seenAt: Timestamp?

  /// Makes the value.
  public init(
    id: ActionID, failure: FleetError?, domain: ObservedDomain?, notes: [String] = [], seenAt: Timestamp? = nil
  ) {
    self.id = id
    self.failure = failure
    self.domain = domain
    self.notes = notes
    self.seenAt = seenAt
  }
}

/// Everything an agent needs to make a VM's disks and define its domain.
public struct ProvisionRequest: Hashable, Sendable {
  /// The fleet, for the mark.
  public var fleetID: FleetID
  /// The VM.
  public var vmID: VMID
  /// The spec's revision.
  public var revision: Int64
  /// What was asked for.
  public var spec: VMSpec
  /// The MACs and the port it was given.
  public var allocations: Allocations
  /// The library images the spec names.
  public var images: [Image]

  /// Makes the value.
  public init(
    fleetID: FleetID, vmID: VMID, revision: Int64, spec: VMSpec, allocations: Allocations, images: [Image]
  ) {
    self.fleetID = fleetID
    self.vmID = vmID
    self.revision = revision
    self.spec = spec
    self.allocations = allocations
    self.images = images
  }
}

/// How far an agent may go to destroy a VM, and what permits it.
public struct Destruction: Hashable, Sendable {
  /// The VM.
  public var vmID: VMID
  /// The tombstone row that permits it.
  public var tombstone: TombstoneID
  /// True if the disks stay.
  public var keepDisks: Bool
  /// True if the power of an active guest may be cut, and a saved state dropped.
  public var force: Bool
  /// True if every host of the fleet says now that it neither has the VM nor names its disks: then the disks go even
  /// though no domain is there.
  public var isAbsenceProven: Bool

  /// Makes the value.
  public init(
    vmID: VMID, tombstone: TombstoneID, keepDisks: Bool, force: Bool = false, isAbsenceProven: Bool = false
  ) {
    self.vmID = vmID
    self.tombstone = tombstone
    self.keepDisks = keepDisks
    self.force = force
    self.isAbsenceProven = isAbsenceProven
  }
}

/// A change of one interface of a managed domain.
public enum NICChange: Hashable, Sendable {
  /// The saved definition of a domain that is off gets another address, and Roost's mark with it.
  case address(from: MACAddress, to: MACAddress, mark: VMMark)
  /// The link of the running guest's interface with that address goes down.
  case linkDown(MACAddress)
}
