public import Fleet
public import RoostProto

extension AddressOwner: MessageDecodable {
  public init(_ message: Roost_V1_AddressOwner, at path: FieldPath) throws(FleetError) {
    self.init(vm: message.vm, vmID: try path.optionalID(message.vmID, "vm_id"), host: message.host)
  }

  /// The owner as the wire carries it.
  public var message: Roost_V1_AddressOwner {
    var result = Roost_V1_AddressOwner()
    result.vm = vm
    result.vmID = vmID?.description ?? ""
    result.host = host
    return result
  }
}
