package import Fleet
package import RoostProto

extension DomainStart: MessageDecodable {
  /// The most interfaces, ports or disks: more than any domain has.
  private static let limit = 1024

  package init(_ message: Roost_V1_JudgeStartRequest, at path: FieldPath) throws(FleetError) {
    guard max(message.nics.count, message.ports.count, message.disks.count) <= Self.limit else {
      throw path.invalid("nics", "are too many")
    }
    var nics: [ObservedNIC] = []
    for (index, nic) in message.nics.enumerated() {
      let field = path.field("nics").element(index)
      nics.append(
        ObservedNIC(mac: try field.optionalMAC(nic.mac, "mac"), network: nic.network, bridge: nic.bridge))
    }
    var ports: [Int] = []
    for port in message.ports { ports.append(try path.port(port, "ports")) }
    self.init(
      id: try path.id(message.vmID, "vm_id"), name: message.name, nics: nics, ports: ports, disks: message.disks,
      isIncoming: message.incoming)
  }

  /// The start as the wire carries it.
  package var message: Roost_V1_JudgeStartRequest {
    var result = Roost_V1_JudgeStartRequest()
    result.vmID = id.description
    result.name = name
    result.nics = nics.map { nic in
      var message = Roost_V1_StartNIC()
      message.mac = nic.mac?.description ?? ""
      message.network = nic.network
      message.bridge = nic.bridge
      return message
    }
    result.ports = ports.map { UInt32(clamping: $0) }
    result.disks = disks
    result.incoming = isIncoming
    return result
  }
}

extension StartVerdict: MessageDecodable {
  package init(_ message: Roost_V1_JudgeStartResponse, at path: FieldPath) throws(FleetError) {
    self.init(
      try path.word(message.ruling, "ruling"), sentence: message.sentence,
      findings: try path.list(message.findings, "findings"))
  }

  /// The verdict as the wire carries it.
  package var message: Roost_V1_JudgeStartResponse {
    var result = Roost_V1_JudgeStartResponse()
    result.ruling = ruling.rawValue
    result.sentence = sentence
    result.findings = findings.map(\.message)
    return result
  }
}

extension StartFinding: MessageDecodable {
  package init(_ message: Roost_V1_StartFinding, at path: FieldPath) throws(FleetError) {
    let port = try path.port(message.port, "port")
    self.init(
      kind: try path.word(message.kind, "kind"), mac: try path.optionalMAC(message.mac, "mac"),
      port: port == 0 ? nil : port, owner: try AddressOwner(message.owner, at: path.field("owner")))
  }

  /// The finding as the wire carries it.
  package var message: Roost_V1_StartFinding {
    var result = Roost_V1_StartFinding()
    result.kind = kind.rawValue
    result.mac = mac?.description ?? ""
    result.port = UInt32(clamping: port ?? 0)
    result.owner = owner.message
    return result
  }
}

extension StartCounts: MessageDecodable {
  package init(_ message: Roost_V1_StartCounts, at path: FieldPath) throws(FleetError) {
    self.init(
      allowed: try path.integer(message.allowed, "allowed"), warned: try path.integer(message.warned, "warned"),
      refused: try path.integer(message.refused, "refused"))
  }

  /// The counts as the wire carries them.
  package var message: Roost_V1_StartCounts {
    var result = Roost_V1_StartCounts()
    result.allowed = UInt64(clamping: allowed)
    result.warned = UInt64(clamping: warned)
    result.refused = UInt64(clamping: refused)
    return result
  }
}

extension OutOfBandPolicy: MessageDecodable {
  package init(_ message: Roost_V1_OutOfBandPolicy, at path: FieldPath) throws(FleetError) {
    var networks: [String: OutOfBandRule] = [:]
    for (name, rule) in message.networks { networks[name] = try path.word(rule, "networks") }
    self.init(
      outOfBand: try path.word(message.outOfBand, "out_of_band"),
      unanswered: try path.word(message.unanswered, "unanswered"), networks: networks)
  }

  /// The policy as the wire carries it.
  package var message: Roost_V1_OutOfBandPolicy {
    var result = Roost_V1_OutOfBandPolicy()
    result.outOfBand = outOfBand.rawValue
    result.unanswered = unanswered.rawValue
    result.networks = networks.mapValues(\.rawValue)
    return result
  }
}
