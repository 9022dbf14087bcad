public import Fleet
public import RoostProto

extension ImageRef: MessageDecodable {
  public init(_ message: Roost_V1_ImageRef, at path: FieldPath) throws(FleetError) {
    self.init(id: try path.optionalID(message.id, "id"), name: message.name)
  }

  /// The reference as the wire carries it.
  public var message: Roost_V1_ImageRef {
    var result = Roost_V1_ImageRef()
    result.id = id?.description ?? ""
    result.name = name
    return result
  }
}
