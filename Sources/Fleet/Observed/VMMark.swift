/// Roost's mark on a domain, from which a lost database can be rebuilt.
public struct VMMark: Hashable, Sendable {
  /// The fleet that made the mark.
  public var fleetID: String
  /// The VM.
  public var vmID: VMID
  /// The spec's revision, at most ``highestRevision``.
  public var revision: Int64

  /// The highest revision that a mark may tell, 2⁴⁰: one a second would take thirty thousand years.
  public static let highestRevision: Int64 = 1 << 40

  /// The revision to go on from: a number that nobody has come to by changing a VM was written by somebody else, and
  /// counts for nothing.
  public var credibleRevision: Int64 { revision < Self.highestRevision / 2 ? revision : 0 }
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
