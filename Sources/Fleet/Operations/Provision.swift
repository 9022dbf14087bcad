/// Everything an agent needs to make a VM's disks and define its domain.
public struct Provision: Hashable, Sendable {
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
