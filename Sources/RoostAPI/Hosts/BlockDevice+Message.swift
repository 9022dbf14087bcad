public import Fleet
public import RoostProto

extension BlockDevice: MessageDecodable {
  public init(_ message: Roost_V1_BlockDevice, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, size: try path.memory(message.sizeBytes, "size_bytes"), rotational: message.rotational)
  }

  /// The device as the wire carries it.
  public var message: Roost_V1_BlockDevice {
    var result = Roost_V1_BlockDevice()
    result.name = name
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.rotational = rotational
    return result
  }
}
