public import Fleet
public import RoostProto

extension ActionResult: MessageDecodable {
  public init(_ message: Roost_V1_ActionResult, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.actionID, "action_id"),
      failure: message.hasFailure ? try FleetError(message.failure, at: path.field("failure")) : nil,
      domain: message.hasDomain ? try ObservedDomain(message.domain, at: path.field("domain")) : nil,
      notes: message.notes.prefix(Self.notesLimit).map { String($0.prefix(Self.noteLength)) },
      seenAt: try path.optionalMoment(message.seenAt, "seen_at"))
  }

  /// How many notes are read, and how long one may be, in characters.
  private static let notesLimit = 16
  private static let noteLength = 512

  /// The result as the wire carries it.
  public var message: Roost_V1_ActionResult {
    var result = Roost_V1_ActionResult()
    result.actionID = id.description
    if let failure { result.failure = failure.failureMessage }
    if let domain { result.domain = domain.message }
    result.notes = notes
    result.seenAt = seenAt?.milliseconds ?? 0
    return result
  }
}
