public import Fleet
public import RoostProto

extension Image: MessageDecodable {
  public init(_ message: Roost_V1_Image, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), name: message.name, format: try path.word(message.format, "format"),
      virtualSize: try path.memory(message.virtualBytes, "virtual_bytes"),
      fileSize: try path.memory(message.fileBytes, "file_bytes"), sha256: message.sha256,
      createdAt: try path.moment(message.createdAt, "created_at"))
  }

  /// The image as the wire carries it.
  public var message: Roost_V1_Image {
    var result = Roost_V1_Image()
    result.id = id.description
    result.name = name
    result.format = format.rawValue
    result.virtualBytes = UInt64(clamping: virtualSize.bytes)
    result.fileBytes = UInt64(clamping: fileSize.bytes)
    result.sha256 = sha256
    result.createdAt = createdAt.milliseconds
    return result
  }
}
