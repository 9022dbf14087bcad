package import Fleet
package import RoostProto

extension AddressOwner: MessageDecodable {
  package init(_ message: Roost_V1_AddressOwner, at path: FieldPath) throws(FleetError) {
    self.init(vm: message.vm, vmID: try path.optionalID(message.vmID, "vm_id"), host: message.host)
  }

  /// The owner as the wire carries it.
  package var message: Roost_V1_AddressOwner {
    var result = Roost_V1_AddressOwner()
    result.vm = vm
    result.vmID = vmID?.description ?? ""
    result.host = host
    return result
  }
}

extension Allocations: MessageDecodable {
  package init(_ message: Roost_V1_Allocations, at path: FieldPath) throws(FleetError) {
    let port = try path.port(message.vncPort, "vnc_port")
    self.init(macs: try path.macs(message.macs, "macs"), vncPort: port == 0 ? nil : port)
  }

  /// The allocations as the wire carries them.
  package var message: Roost_V1_Allocations {
    var result = Roost_V1_Allocations()
    result.macs = macs.map(\.description)
    result.vncPort = UInt32(clamping: vncPort ?? 0)
    return result
  }
}

extension NICAddress: MessageDecodable {
  package init(_ message: Roost_V1_NICAddress, at path: FieldPath) throws(FleetError) {
    self.init(ip: message.ip, source: message.source)
  }

  /// The address as the wire carries it.
  package var message: Roost_V1_NICAddress {
    var result = Roost_V1_NICAddress()
    result.ip = ip
    result.source = source
    return result
  }
}

extension MACLedgerEntry: MessageDecodable {
  package init(_ message: Roost_V1_MACEntry, at path: FieldPath) throws(FleetError) {
    self.init(
      mac: try path.mac(message.mac, "mac"), state: try path.word(message.state, "state"),
      owner: try AddressOwner(message.owner, at: path.field("owner")),
      since: try path.moment(message.since, "since"), until: try path.optionalMoment(message.until, "until"),
      source: message.source, claimants: try path.list(message.claimants, "claimants"),
      last: try path.optionalMAC(message.last, "last"),
      conflict: message.hasConflict ? try ConflictDetail(message.conflict, at: path.field("conflict")) : nil,
      isLeftBehind: message.leftBehind)
  }

  /// The entry as the wire carries it.
  package var message: Roost_V1_MACEntry {
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

extension ConflictDetail: MessageDecodable {
  package init(_ message: Roost_V1_ConflictNote, at path: FieldPath) throws(FleetError) {
    self.init(
      kind: try path.word(message.kind, "kind"), sentence: message.sentence, isDoubleRun: message.doubleRun)
  }

  /// The note as the wire carries it.
  package var message: Roost_V1_ConflictNote {
    var result = Roost_V1_ConflictNote()
    result.kind = kind.rawValue
    result.sentence = sentence
    result.doubleRun = isDoubleRun
    return result
  }
}

extension PortEntry: MessageDecodable {
  package init(_ message: Roost_V1_PortEntry, at path: FieldPath) throws(FleetError) {
    self.init(
      port: try path.port(message.port, "port"), state: try path.word(message.state, "state"), vm: message.vm,
      host: message.host, since: try path.optionalMoment(message.since, "since"),
      until: try path.optionalMoment(message.until, "until"))
  }

  /// The entry as the wire carries it.
  package var message: Roost_V1_PortEntry {
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
