public import Fleet
public import RoostProto

extension Provision: MessageDecodable {
  public init(_ message: Roost_V1_Provision, at path: FieldPath) throws(FleetError) {
    guard message.hasSpec else { throw path.invalid("spec", "is missing") }
    self.init(
      fleetID: try path.id(message.fleetID, "fleet_id"), vmID: try path.id(message.vmID, "vm_id"),
      revision: try path.revision(message.revision, "revision"),
      spec: try VMSpec(message.spec, at: path.field("spec")),
      allocations: try Allocations(message.allocations, at: path.field("allocations")),
      images: try path.list(message.images, "images"))
  }

  /// The order as the wire carries it.
  public var message: Roost_V1_Provision {
    var result = Roost_V1_Provision()
    result.fleetID = fleetID.description
    result.vmID = vmID.description
    result.revision = UInt64(clamping: revision)
    result.spec = spec.message
    result.allocations = allocations.message
    result.images = images.map(\.message)
    return result
  }
}
