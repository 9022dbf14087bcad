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
