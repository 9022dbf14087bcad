public import Fleet
public import RoostProto

extension MACEntry: MessageDecodable {
  public init(_ message: Roost_V1_MACEntry, at path: FieldPath) throws(FleetError) {
    self.init(
      mac: try path.mac(message.mac, "mac"), state: try path.word(message.state, "state"),
      owner: try AddressOwner(message.owner, at: path.field("owner")),
      since: try path.moment(message.since, "since"), until: try path.optionalMoment(message.until, "until"),
      source: message.source, claimants: try path.list(message.claimants, "claimants"),
      last: try path.optionalMAC(message.last, "last"),
      conflict: message.hasConflict ? try ConflictNote(message.conflict, at: path.field("conflict")) : nil,
      isLeftBehind: message.leftBehind)
  }

  /// The entry as the wire carries it.
  public var message: Roost_V1_MACEntry {
    var result = Roost_V1_MACEntry()
    result.mac = mac.description
    result.state = state.rawValue
    result.owner = owner.message
    result.since = since.milliseconds
    result.until = until?.milliseconds ?? 0
    result.source = source
    result.claimants = claimants.map(\.message)
    result.last = last?.description ?? ""
    if let conflict { result.conflict = conflict.message }
    result.leftBehind = isLeftBehind
    return result
  }
}
