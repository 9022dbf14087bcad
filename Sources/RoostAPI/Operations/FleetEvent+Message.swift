public import Fleet
public import RoostProto

extension FleetEvent: MessageDecodable {
  public init(_ message: Roost_V1_Event, at path: FieldPath) throws(FleetError) {
    self.init(
      number: try path.integer(message.number, "number"), at: try path.moment(message.at, "at"),
      kind: message.kind, subject: message.subject, message: message.message,
      actor: message.actor)
  }

  /// The event as the wire carries it; `message` is the event's own sentence.
  public var eventMessage: Roost_V1_Event {
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
