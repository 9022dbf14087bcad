import Fleet
import Scheduling

/// A new VM that a user requests.
struct CreateIntent: Sendable {
  var kind: OperationKind
  var spec: VMSpec
  /// The only host allowed, or nil. It applies only to this placement; ``PlacementConstraints/isPinned`` keeps the VM
  /// there.
  var host: String?
  var start: Bool
  /// The strategy, or nil for the fleet's default.
  var strategy: PlacementStrategy?
  /// The requirements on the host beyond the spec.
  var constraints = PlacementConstraints()
  /// Addresses besides those of its interfaces, which must be its own or free.
  var heldMACs: [MACAddress] = []
  /// What the spec asks of its host beyond a plain VM's needs.
  var privileges: [HostPrivilege] = []
  /// The UUID that it had where its document comes from; nil if it is new.
  var formerID: VMID?
  /// True if an administrator allows taking its addresses out of quarantine.
  var reclaims = false
  /// True if it gets the fleet's default kind of VNC display instead of that of its spec.
  var takesDefaultVNC = false

  /// The claim for its chosen addresses.
  var claim: MACClaim { MACClaim(name: spec.name, vmID: formerID, reclaims: reclaims) }

  /// The request for placement.
  func request(byDefault other: PlacementStrategy) -> PlacementRequest {
    PlacementRequest(
      spec: spec, host: host, strategy: strategy ?? other, constraints: constraints, privileges: privileges)
  }
}

extension DiskSpec {
  /// Completes a disk with the properties of its library image.
  /// - Throws: ``FleetError`` with code `invalid` for an image that does not suit the disk.
  mutating func take(_ image: Image) throws(FleetError) {
    let reference = ImageRef(id: image.id, name: image.name)
    switch source {
    case .medium:
      source = .medium(reference)
      format = .raw
      size = image.virtualSize
    case .overlay, .copy:
      guard image.format != .iso else {
        throw FleetError(
          .invalid, "image \"\(image.name)\" is an ISO and can't be a disk",
          hint: "use --cdrom \(image.name.shellQuoted)")
      }
      guard size == .zero || size >= image.virtualSize else {
        throw FleetError(
          .invalid, "disk \"\(target)\" asks for \(size); image \"\(image.name)\" has \(image.virtualSize)",
          hint: "ask for \(image.virtualSize) or more")
      }
      if case .overlay = source { source = .overlay(reference) } else { source = .copy(reference) }
      format = .qcow2
      size = max(size, image.virtualSize)
    case .blank, .existing, .none, .document: break
    }
  }
}
