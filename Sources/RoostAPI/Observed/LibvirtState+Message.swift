public import Fleet
public import RoostProto

extension LibvirtState: MessageDecodable {
  public init(_ message: Roost_V1_LibvirtState, at path: FieldPath) throws(FleetError) {
    self.init(
      isConnected: message.connected, since: try path.moment(message.since, "since"), detail: message.detail)
  }

  /// The state as the wire carries it.
  public var message: Roost_V1_LibvirtState {
    var result = Roost_V1_LibvirtState()
    result.connected = isConnected
    result.since = since.milliseconds
    result.detail = detail.held()
    return result
  }
}
