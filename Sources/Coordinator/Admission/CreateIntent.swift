import Fleet
import Scheduling

/// A new VM that somebody asks for.
struct CreateIntent: Sendable {
  var kind: OperationKind
  var spec: VMSpec
  /// The only host allowed, or nil. It is a choice of the moment: only ``PlacementConstraints/isPinned`` keeps the VM
  /// there.
  var host: String?
  var start: Bool
  /// What to aim for, or nil for what the fleet aims for.
  var policy: PlacementStrategy?
  /// What is asked of the host beyond the spec.
  var constraints = PlacementConstraints()
  /// Addresses that it has beside those of its interfaces, which are its own or nobody's.
  var heldMACs: [MACAddress] = []
  /// What the spec asks of its host beyond what a plain VM is made of.
  var privileges: [HostPrivilege] = []
  /// The UUID it had where its document comes from; nil if it is new.
  var formerID: VMID?
  /// True if a person says that its addresses may be taken out of quarantine.
  var reclaims = false

  /// For whom its chosen addresses are.
  var claim: MACClaim { MACClaim(name: spec.name, vmID: formerID, reclaims: reclaims) }

  /// What placement is asked.
  func request(aim: PlacementStrategy) -> PlacementRequest {
    PlacementRequest(
      spec: spec, host: host, policy: policy ?? aim, constraints: constraints,
      privileges: privileges)
  }
}

extension DiskSpec {
  /// Fills in what a library image says about a disk made of it.
  /// - Throws: ``FleetError`` with code `invalid` for an image that can't serve so.
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
