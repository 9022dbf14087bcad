public import Fleet
public import RoostProto

extension LibvirtState: MessageDecodable {
  /// More calls than an agent makes at a time are not kept.
  private static let stuckLimit = 64

  public init(_ message: Roost_V1_LibvirtState, at path: FieldPath) throws(FleetError) {
    self.init(
      isConnected: message.connected, since: try path.moment(message.since, "since"), detail: message.detail,
      stuck: try path.list(Array(message.stuck.prefix(Self.stuckLimit)), "stuck"))
  }

  /// The state as the wire carries it.
  public var message: Roost_V1_LibvirtState {
    var result = Roost_V1_LibvirtState()
    result.connected = isConnected
    result.since = since.milliseconds
    result.detail = detail.held()
    result.stuck = stuck.map(\.message)
    return result
  }
}

extension LibvirtState.StuckCall: MessageDecodable {
  public init(_ message: Roost_V1_StuckCall, at path: FieldPath) throws(FleetError) {
    self.init(
      call: message.call, vm: try path.optionalID(message.vmID, "vm_id"),
      since: try path.moment(message.since, "since"))
  }

  /// The call as the wire carries it.
  public var message: Roost_V1_StuckCall {
    var result = Roost_V1_StuckCall()
    result.call = call
    result.vmID = vm?.description ?? ""
    result.since = since.milliseconds
    return result
  }
}
