public import Fleet
public import RoostProto

extension VNCSpec: MessageDecodable {
  public init(_ message: Roost_V1_VNCSpec, at path: FieldPath) throws(FleetError) {
    self.init(listen: message.listen, keymap: message.keymap.isEmpty ? nil : message.keymap)
  }

  /// The display as the wire carries it.
  public var message: Roost_V1_VNCSpec {
    var result = Roost_V1_VNCSpec()
    result.listen = listen
    result.keymap = keymap ?? ""
    return result
  }
}
