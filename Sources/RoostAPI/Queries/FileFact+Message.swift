public import Fleet
public import RoostProto

extension FileFact: MessageDecodable {
  public init(_ message: Roost_V1_FileFact, at path: FieldPath) throws(FleetError) {
    self.init(
      path: message.path, kind: try path.word(message.kind, "kind"),
      size: try path.memory(message.sizeBytes, "size_bytes"), identity: message.identity)
  }

  /// The fact as the wire carries it.
  public var message: Roost_V1_FileFact {
    var result = Roost_V1_FileFact()
    result.path = path
    result.kind = kind.rawValue
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.identity = identity
    return result
  }
}
