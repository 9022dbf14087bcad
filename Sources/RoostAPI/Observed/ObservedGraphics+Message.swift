public import Fleet
public import RoostProto

extension ObservedGraphics: MessageDecodable {
  public init(_ message: Roost_V1_DomainGraphics, at path: FieldPath) throws(FleetError) {
    guard message.port <= 65535 else { throw path.invalid("port", "is no TCP port: \(message.port)") }
    self.init(
      type: message.type, listen: message.listen, port: message.port > 0 ? Int(clamping: message.port) : nil,
      autoport: message.autoport)
  }

  /// The display as the wire carries it.
  public var message: Roost_V1_DomainGraphics {
    var result = Roost_V1_DomainGraphics()
    result.type = type.held(to: FieldLimit.name)
    result.listen = listen.held(to: FieldLimit.name)
    result.port = Int32(clamping: port ?? -1)
    result.autoport = autoport
    return result
  }
}
