public import Fleet
public import RoostProto

extension FleetMark: MessageDecodable {
  public init(_ message: Roost_V1_Mark, at path: FieldPath) throws(FleetError) {
    self.init(
      fleetID: message.fleetID, vmID: try path.id(message.vmID, "vm_id"),
      revision: try path.revision(message.revision, "revision"),
      allocations: try Allocations(message.allocations, at: path.field("allocations")))
  }

  /// The mark as the wire carries it.
  public var message: Roost_V1_Mark {
    var result = Roost_V1_Mark()
    result.fleetID = fleetID.held(to: FieldLimit.name)
    result.vmID = vmID.description
    result.revision = UInt64(clamping: revision)
    result.allocations = allocations.message
    return result
  }
}
