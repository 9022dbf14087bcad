/// One piece of work for an agent. Repeating an action with the same id is harmless.
package struct AgentAction: Hashable, Sendable {
  /// The work.
  package enum Work: Hashable, Sendable {
    /// Make the disks and define the domain.
    case provision(ProvisionRequest)
    /// Change the power of a domain; `timeoutSeconds` bounds a polite stop.
    case power(VMID, PowerVerb, force: Bool, timeoutSeconds: Int)
    /// Destroy and undefine the domain, and delete the disks that Roost made unless they shall stay.
    case destroy(Destruction)
    /// Start or stop a libvirt network.
    case network(String, active: Bool)
    /// Change one interface of a domain.
    case nic(VMID, NICChange)
    /// Write this mark into a domain's metadata.
    case mark(VMMark)
    /// Remove the fleet's mark from a domain's metadata.
    case unmark(VMID, fleetID: FleetID)
    /// Define the domain again over its existing disks; makes nothing.
    case recover(ProvisionRequest)
  }

  /// Its identity.
  package var id: ActionID
  /// The epoch of the coordinator that sends it; an agent refuses one lower than it has seen.
  package var epoch: Int64
  /// The work.
  package var work: Work

  /// Makes an action.
  package init(id: ActionID, epoch: Int64, work: Work) {
    self.id = id
    self.epoch = epoch
    self.work = work
  }
}

/// The result of an action on its host.
package struct ActionResult: Hashable, Sendable {
  /// The action.
  package var id: ActionID
  /// Why it failed, or nil if it was done.
  package var failure: FleetError?
  /// The domain afterwards, if it is there.
  package var domain: ObservedDomain?
  /// Notes for the administrator, one sentence each, such as what was left on the host.
  package var notes: [String]
  /// When the agent read the domain; nil if it did not say.
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
  /// The spec.
  package var spec: VMSpec
  /// The VM's MAC addresses and VNC port.
  package var allocations: Allocations
  /// The library images that the spec names.
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

/// The permission to destroy a VM, with its limits.
package struct Destruction: Hashable, Sendable {
  /// The VM.
  package var vmID: VMID
  /// The tombstone row that permits it.
  package var tombstone: TombstoneID
  /// True if the disks stay.
  package var keepDisks: Bool
  /// True if the power of an active guest may be cut, and a saved state dropped.
  package var force: Bool
  /// True if every host of the fleet reports now that it neither has the VM nor uses its disks: the disks are then
  /// deleted even without a domain.
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
  /// Changes an address in the saved definition of a domain that is off, and in Roost's mark.
  case address(from: MACAddress, to: MACAddress, mark: VMMark)
  /// Takes the link of the running guest's interface with that address down.
  case linkDown(MACAddress)
}
