public import Fleet
public import RoostProto

extension FleetOperation: MessageDecodable {
  public init(_ message: Roost_V1_Operation, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), kind: try path.word(message.kind, "kind"),
      vmID: try path.optionalID(message.vmID, "vm_id"), subject: message.vm, hostID: nil, host: message.host,
      state: try path.word(message.state, "state"), steps: try path.list(message.steps, "steps"),
      failure: message.hasFailure ? try FleetError(message.failure, at: path.field("failure")) : nil,
      createdAt: try path.moment(message.createdAt, "created_at"),
      endedAt: try path.optionalMoment(message.endedAt, "ended_at"), actor: message.actor)
  }

  /// The operation as the wire carries it: what people see of it, without the host's id, `force` and the timeout.
  public var message: Roost_V1_Operation {
    var result = Roost_V1_Operation()
    result.id = id.description
    result.kind = kind.rawValue
    result.vmID = vmID?.description ?? ""
    result.vm = subject
    result.host = host
    result.state = state.rawValue
    result.steps = steps.map(\.message)
    if let failure { result.failure = failure.failureMessage }
    result.createdAt = createdAt.milliseconds
    result.endedAt = endedAt?.milliseconds ?? 0
    result.actor = actor
    return result
  }
}
