/// Roost's mark on a domain, from which a lost database can be rebuilt.
package struct VMMark: Hashable, Sendable {
  /// The fleet that made the mark.
  package var fleetID: String
  /// The VM.
  package var vmID: VMID
  /// The spec's revision, at most ``highestRevision``.
  package var revision: Int64

  /// The highest revision that a mark may tell, 2⁴⁰: one a second would take thirty thousand years.
  package static let highestRevision: Int64 = 1 << 40

  /// The revision to go on from: a number that nobody has come to by changing a VM was written by somebody else, and
  /// counts for nothing.
  package var credibleRevision: Int64 { revision < Self.highestRevision / 2 ? revision : 0 }
  /// The MACs and the port it was given.
  package var allocations: Allocations

  package init(fleetID: String, vmID: VMID, revision: Int64, allocations: Allocations) {
    self.fleetID = fleetID
    self.vmID = vmID
    self.revision = revision
    self.allocations = allocations
  }
}
