/// A VM that Roost keeps a spec for, with its assignment: its host and its power state.
package struct ManagedVM: Hashable, Sendable {
  /// Its identity, equal to the UUID libvirt knows it by.
  package var id: VMID
  /// The spec.
  package var spec: VMSpec
  /// The host it belongs on.
  package var hostID: HostID
  /// That host's name.
  package var host: String
  /// The power state that was last asked for.
  package var power: PowerTarget
  /// Grows with each accepted change, through ``revise()``; at most ``highestRevision``.
  package var revision: Int64
  /// The highest revision, which is also the highest of a mark.
  package static let highestRevision = VMMark.highestRevision
  /// The VM's MAC addresses and VNC port.
  package var allocations: Allocations
  /// The phase of its life that the coordinator decides: pending, provisioning, deleting or failed; nil if the observed
  /// power state decides.
  package var phase: VMState?
  /// When it was accepted.
  package var createdAt: Timestamp
  /// Its requirements on hosts beyond its spec.
  package var constraints: PlacementConstraints
  /// Why its last start failed; nil after a successful one.
  package var startFailure: String?

  /// Makes a managed VM.
  package init(
    id: VMID, spec: VMSpec, hostID: HostID, host: String, power: PowerTarget, revision: Int64,
    allocations: Allocations, phase: VMState?, createdAt: Timestamp,
    constraints: PlacementConstraints = PlacementConstraints(), startFailure: String? = nil
  ) {
    self.id = id
    self.spec = spec
    self.hostID = hostID
    self.host = host
    self.power = power
    self.revision = revision
    self.allocations = allocations
    self.phase = phase
    self.createdAt = createdAt
    self.constraints = constraints
    self.startFailure = startFailure
  }

  /// Counts one more accepted change.
  /// - Throws: ``FleetError`` with code `precondition` at the highest revision.
  package mutating func revise() throws(FleetError) {
    guard revision < Self.highestRevision else {
      throw FleetError(.precondition, "VM \"\(spec.name)\" was changed too often: it has revision \(revision)")
    }
    revision += 1
  }
}

/// The resources that a VM reserves of its host, at nominal size.
package struct Reservation: Hashable, Sendable {
  /// Virtual CPUs.
  package var vcpus: Int
  /// Memory.
  package var memory: ByteCount
  /// Disk space.
  package var disk: ByteCount

  /// Makes a reservation.
  package init(vcpus: Int = 0, memory: ByteCount = .zero, disk: ByteCount = .zero) {
    self.vcpus = vcpus
    self.memory = memory
    self.disk = disk
  }

  /// The sum of two reservations.
  package static func + (left: Self, right: Self) -> Self {
    let (vcpus, overflow) = left.vcpus.addingReportingOverflow(right.vcpus)
    return Reservation(
      vcpus: overflow ? .max : vcpus, memory: left.memory + right.memory, disk: left.disk + right.disk)
  }

  /// Adds in place.
  package static func += (left: inout Self, right: Self) { left = left + right }
}
