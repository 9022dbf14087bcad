public import Fleet
public import RoostProto

extension ObservedDomain: MessageDecodable {
  public init(_ message: Roost_V1_Domain, at path: FieldPath) throws(FleetError) {
    self.init(
      id: try path.id(message.uuid, "uuid"), name: message.name, state: try path.word(message.state, "state"),
      isPersistent: message.persistent, autostart: message.autostart, hasManagedSave: message.managedSave,
      live: message.hasLive ? try DomainConfiguration(message.live, at: path.field("live")) : nil,
      saved: message.hasSaved ? try DomainConfiguration(message.saved, at: path.field("saved")) : nil,
      kept: try path.list(message.kept, "kept"),
      mark: message.hasMark ? try FleetMark(message.mark, at: path.field("mark")) : nil,
      leases: try path.list(message.addresses, "addresses"), seenAt: try path.moment(message.seenAt, "seen_at"),
      isMovedAway: message.movedAway,
      unread: try path.optionalMoment(message.unreadSince, "unread_since").map {
        ReadFailure(since: $0, reason: message.unreadReason)
      })
  }

  /// The domain as the wire carries it.
  public var message: Roost_V1_Domain {
    var result = Roost_V1_Domain()
    result.uuid = id.description
    result.name = name.held(to: FieldLimit.name)
    result.state = state.rawValue
    result.persistent = isPersistent
    result.autostart = autostart
    result.managedSave = hasManagedSave
    if let live { result.live = live.message }
    if let saved { result.saved = saved.message }
    result.kept = kept.prefix(FieldLimit.elements).map(\.message)
    if let mark { result.mark = mark.message }
    result.addresses = leases.prefix(FieldLimit.elements).map(\.message)
    result.seenAt = seenAt.milliseconds
    result.movedAway = isMovedAway
    if let unread {
      // Zero would say that it can be read.
      result.unreadSince = max(1, unread.since.milliseconds)
      result.unreadReason = unread.reason
    }
    return result
  }
}
