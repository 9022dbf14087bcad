public import Fleet
public import RoostProto

extension PortEntry: MessageDecodable {
  public init(_ message: Roost_V1_PortEntry, at path: FieldPath) throws(FleetError) {
    self.init(
      port: try path.port(message.port, "port"), state: try path.word(message.state, "state"), vm: message.vm,
      host: message.host, since: try path.optionalMoment(message.since, "since"),
      until: try path.optionalMoment(message.until, "until"))
  }

  /// The entry as the wire carries it.
  public var message: Roost_V1_PortEntry {
    var result = Roost_V1_PortEntry()
    result.port = UInt32(clamping: port)
    result.state = state.rawValue
    result.vm = vm
    result.host = host
    result.since = since?.milliseconds ?? 0
    result.until = until?.milliseconds ?? 0
    return result
  }
}
