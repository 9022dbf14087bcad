package import Fleet
package import RoostProto

extension MACDetails: MessageDecodable {
  package init(_ message: Roost_V1_MACReport, at path: FieldPath) throws(FleetError) {
    self.init(
      entry: try MACLedgerEntry(message.entry, at: path.field("entry")),
      places: try path.list(message.places, "places"),
      history: try path.list(message.history, "history"))
  }

  /// The report as the wire carries it.
  package var message: Roost_V1_MACReport {
    var result = Roost_V1_MACReport()
    result.entry = entry.message
    result.places = places.map(\.message)
    result.history = history.map(\.message)
    return result
  }
}

extension MACHolding: MessageDecodable {
  package init(_ message: Roost_V1_MACHold, at path: FieldPath) throws(FleetError) {
    self.init(
      owner: try AddressOwner(message.owner, at: path.field("owner")), state: try path.word(message.state, "state"),
      source: message.source, from: try path.moment(message.from, "from"),
      to: try path.optionalMoment(message.to, "to"), network: message.network, bridge: message.bridge)
  }

  /// The hold as the wire carries it.
  package var message: Roost_V1_MACHold {
    var result = Roost_V1_MACHold()
    result.owner = owner.message
    result.state = state.rawValue
    result.source = source
    result.from = from.milliseconds
    result.to = to?.milliseconds ?? 0
    result.network = network
    result.bridge = bridge
    return result
  }
}

extension MACAttachment: MessageDecodable {
  package init(_ message: Roost_V1_MACPlace, at path: FieldPath) throws(FleetError) {
    self.init(
      owner: try AddressOwner(message.owner, at: path.field("owner")), network: message.network,
      bridge: message.bridge, addresses: try path.list(message.addresses, "addresses"), isRunning: message.running,
      seenAt: try path.optionalMoment(message.seenAt, "seen_at"))
  }

  /// The place as the wire carries it.
  package var message: Roost_V1_MACPlace {
    var result = Roost_V1_MACPlace()
    result.owner = owner.message
    result.network = network
    result.bridge = bridge
    result.addresses = addresses.map(\.message)
    result.running = isRunning
    result.seenAt = seenAt?.milliseconds ?? 0
    return result
  }
}
