public import Fleet
public import RoostProto

extension VMTwin: MessageDecodable {
  public init(_ message: Roost_V1_VMTwin, at path: FieldPath) throws(FleetError) {
    self.init(
      kind: try path.word(message.kind, "kind"),
      other: AddressOwner(vm: message.vm, vmID: try path.optionalID(message.vmID, "vm_id"), host: message.host),
      sentence: message.sentence, isDoubleRun: message.doubleRun)
  }

  /// The twin as the wire carries it.
  public var message: Roost_V1_VMTwin {
    var result = Roost_V1_VMTwin()
    result.kind = kind.rawValue
    result.vm = other.vm
    result.vmID = other.vmID?.description ?? ""
    result.host = other.host
    result.sentence = sentence
    result.doubleRun = isDoubleRun
    return result
  }
}
