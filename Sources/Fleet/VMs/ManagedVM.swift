/// A VM that Roost keeps a spec for, with the assignment that says where and how it should be.
public struct ManagedVM: Hashable, Sendable {
  /// Its identity, equal to the UUID libvirt knows it by.
  public var id: VMID
  /// What was asked for.
  public var spec: VMSpec
  /// The host it belongs on.
  public var hostID: HostID
  /// That host's name.
  public var host: String
  /// The power state that was last asked for.
  public var power: PowerTarget
  /// Grows with each accepted change, by ``revise()``; at most ``highestRevision``.
  public var revision: Int64
  /// The highest revision, which a mark still tells.
  public static let highestRevision = VMMark.highestRevision
  /// The MACs and the port it was given.
  public var allocations: Allocations
  /// Where it is in its life, as far as the coordinator decides it: pending, provisioning, deleting or failed;
  /// nil once the observed power state speaks for it.
  public var phase: VMState?
  /// The decision that placed it, if a decision did.
  public var placed: PlacementDecision?
  /// When it was accepted.
  public var createdAt: Timestamp
  /// What it asks of hosts beyond its spec.
  public var constraints: PlacementConstraints
  /// Why its last start failed; nil once one went well.
  public var startFailure: String?

  /// Makes a managed VM.
  public init(
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
  public mutating func revise() throws(FleetError) {
    guard revision < Self.highestRevision else {
      throw FleetError(.precondition, "VM \"\(spec.name)\" was changed too often: it has revision \(revision)")
    }
    revision += 1
  }
}

/// What a VM takes of its host, at its nominal size.
public struct Reservation: Hashable, Sendable {
  /// Virtual CPUs.
  public var vcpus: Int
  /// Memory.
  public var memory: ByteCount
  /// Disk space.
  public var disk: ByteCount

  /// Makes a reservation.
  public init(vcpus: Int = 0, memory: ByteCount = .zero, disk: ByteCount = .zero) {
    self.vcpus = vcpus
    self.memory = memory
    self.disk = disk
  }

  /// The sum of two reservations.
  public static func + (left: Self, right: Self) -> Self {
    let (vcpus, overflow) = left.vcpus.addingReportingOverflow(right.vcpus)
    return Reservation(
      vcpus: overflow ? .max : vcpus, memory: left.memory + right.memory, disk: left.disk + right.disk)
  }

  /// Adds in place.
  public static func += (left: inout Self, right: Self) { left = left + right }
}
