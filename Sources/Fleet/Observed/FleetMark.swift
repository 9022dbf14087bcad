/// Roost's mark on a domain, from which a lost database can be rebuilt.
public struct FleetMark: Hashable, Sendable {
  /// The fleet that made the mark.
  public var fleetID: String
  /// The VM.
  public var vmID: VMID
  /// The spec's revision.
  public var revision: Int64
  /// The MACs and the port it was given.
  public var allocations: Allocations

  /// Makes the value.
  public init(fleetID: String, vmID: VMID, revision: Int64, allocations: Allocations) {
    self.fleetID = fleetID
    self.vmID = vmID
    self.revision = revision
    self.allocations = allocations
  }
}
