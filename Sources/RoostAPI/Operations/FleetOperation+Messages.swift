package import Fleet
package import RoostProto

extension FleetOperation: MessageDecodable {
  package init(_ message: Roost_V1_Operation, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.id, "id"), kind: try path.word(message.kind, "kind"),
      vmID: try path.optionalID(message.vmID, "vm_id"), subject: message.vm, hostID: nil, host: message.host,
      state: try path.word(message.state, "state"), steps: try path.list(message.steps, "steps"),
      failure: message.hasFailure ? try FleetError(message.failure, at: path.field("failure")) : nil,
      createdAt: try path.moment(message.createdAt, "created_at"),
      endedAt: try path.optionalMoment(message.endedAt, "ended_at"), actor: message.actor)
  }

  /// The operation as the wire carries it, in the form for clients: without the host's id, `force` and the timeout.
  package var message: Roost_V1_Operation {
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

extension OperationStep: MessageDecodable {
  package init(_ message: Roost_V1_OperationStep, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, state: try path.word(message.state, "state"), detail: message.detail,
      fraction: (0...1).contains(message.fraction) ? message.fraction : nil)
  }

  /// The step as the wire carries it.
  package var message: Roost_V1_OperationStep {
    var result = Roost_V1_OperationStep()
    result.name = name
    result.state = state.rawValue
    result.detail = detail
    result.fraction = fraction ?? -1
    return result
  }
}

extension FleetEvent: MessageDecodable {
  package init(_ message: Roost_V1_Event, at path: FieldPath) throws(FleetError) {
    self.init(
      number: try path.integer(message.number, "number"), at: try path.moment(message.at, "at"),
      kind: message.kind, subject: message.subject, message: message.message,
      actor: message.actor)
  }

  /// The event as the wire carries it; `message` is the event's own sentence.
  package var eventMessage: Roost_V1_Event {
    var result = Roost_V1_Event()
    result.number = UInt64(clamping: number)
    result.at = at.milliseconds
    result.kind = kind
    result.subject = subject
    result.message = message
    result.actor = actor
    return result
  }
}
