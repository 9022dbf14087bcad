/// Roost's mark in a domain, from which a lost database can be rebuilt.
package struct VMMark: Hashable, Sendable {
  /// The fleet that made the mark.
  package var fleetID: String
  /// The VM.
  package var vmID: VMID
  /// The spec's revision, at most ``highestRevision``.
  package var revision: Int64

  /// The highest valid revision, 2⁴⁰: one change a second would take thirty thousand years.
  package static let highestRevision: Int64 = 1 << 40

  /// The revision to continue from: 0 for a number that changes to a VM can't have reached, which somebody else must
  /// have written.
  package var credibleRevision: Int64 { revision < Self.highestRevision / 2 ? revision : 0 }
  /// The VM's MAC addresses and VNC port.
  package var allocations: Allocations

  package init(fleetID: String, vmID: VMID, revision: Int64, allocations: Allocations) {
    self.fleetID = fleetID
    self.vmID = vmID
    self.revision = revision
    self.allocations = allocations
  }
}
