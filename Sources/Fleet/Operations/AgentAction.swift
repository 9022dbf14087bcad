/// One thing for an agent to do. Repeating an action by its id is harmless.
package struct AgentAction: Hashable, Sendable {
  /// What there is to do.
  package enum Work: Hashable, Sendable {
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
  package var id: ActionID
  /// The epoch of the coordinator that asks; an agent refuses one lower than it has seen.
  package var epoch: Int64
  /// What there is to do.
  package var work: Work

  /// Makes an action.
  package init(id: ActionID, epoch: Int64, work: Work) {
    self.id = id
    self.epoch = epoch
    self.work = work
  }
}

/// How an action ended on its host.
package struct ActionResult: Hashable, Sendable {
  /// The action.
  package var id: ActionID
  /// Why it failed, or nil if it was done.
  package var failure: FleetError?
  /// The domain afterwards, if it is there.
  package var domain: ObservedDomain?
  /// What a person should know of what was done, one sentence each, such as what was left on the host.
  package var notes: [String]
  /// When the agent looked for the domain; nil if it did not say.
  package var seenAt: Timestamp?

  package init(
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
package struct ProvisionRequest: Hashable, Sendable {
  /// The fleet, for the mark.
  package var fleetID: FleetID
  /// The VM.
  package var vmID: VMID
  /// The spec's revision.
  package var revision: Int64
  /// What was asked for.
  package var spec: VMSpec
  /// The MACs and the port it was given.
  package var allocations: Allocations
  /// The library images the spec names.
  package var images: [Image]

  package init(
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
package struct Destruction: Hashable, Sendable {
  /// The VM.
  package var vmID: VMID
  /// The tombstone row that permits it.
  package var tombstone: TombstoneID
  /// True if the disks stay.
  package var keepDisks: Bool
  /// True if the power of an active guest may be cut, and a saved state dropped.
  package var force: Bool
  /// True if every host of the fleet says now that it neither has the VM nor names its disks: then the disks go even
  /// though no domain is there.
  package var isAbsenceProven: Bool

  package init(
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
package enum NICChange: Hashable, Sendable {
  /// The saved definition of a domain that is off gets another address, and Roost's mark with it.
  case address(from: MACAddress, to: MACAddress, mark: VMMark)
  /// The link of the running guest's interface with that address goes down.
  case linkDown(MACAddress)
}
