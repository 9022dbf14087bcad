/// A VM that Roost keeps a spec for, with the assignment that says where and how it should be.
package struct ManagedVM: Hashable, Sendable {
  /// Its identity, equal to the UUID libvirt knows it by.
  package var id: VMID
  /// What was asked for.
  package var spec: VMSpec
  /// The host it belongs on.
  package var hostID: HostID
  /// That host's name.
  package var host: String
  /// The power state that was last asked for.
  package var power: PowerTarget
  /// Grows with each accepted change, by ``revise()``; at most ``highestRevision``.
  package var revision: Int64
  /// The highest revision, which a mark still tells.
  package static let highestRevision = VMMark.highestRevision
  /// The MACs and the port it was given.
  package var allocations: Allocations
  /// Where it is in its life, as far as the coordinator decides it: pending, provisioning, deleting or failed;
  /// nil once the observed power state speaks for it.
  package var phase: VMState?
  /// The decision that placed it, if a decision did.
  package var placed: PlacementDecision?
  /// When it was accepted.
  package var createdAt: Timestamp
  /// What it asks of hosts beyond its spec.
  package var constraints: PlacementConstraints
  /// Why its last start failed; nil once one went well.
  package var startFailure: String?

  /// Makes a managed VM.
  package init(
    id: VMID, spec: VMSpec, hostID: HostID, host: String, power: PowerTarget, revision: Int64,
    allocations: Allocations, phase: VMState?, placed: PlacementDecision?, createdAt: Timestamp,
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
    self.placed = placed
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

/// What a VM takes of its host, at its nominal size.
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
