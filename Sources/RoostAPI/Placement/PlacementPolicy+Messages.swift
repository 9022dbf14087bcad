package import Fleet
package import RoostProto

extension PlacementPolicy: MessageDecodable {
  package init(_ message: Roost_V1_PlacementPolicy, at path: FieldPath) throws(FleetError) {
    self.init(
      rules: try path.list(message.rules, "rules"), survive: Int(clamping: message.survive), weights: message.weights,
      strategy: message.aim.isEmpty ? .spread : try path.word(message.aim, "aim"))
  }

  /// The policy as the wire carries it.
  package var message: Roost_V1_PlacementPolicy {
    var result = Roost_V1_PlacementPolicy()
    result.rules = rules.map(\.message)
    result.survive = UInt32(clamping: survive)
    result.weights = weights
    result.aim = strategy.rawValue
    return result
  }
}

extension PlacementRule: MessageDecodable {
  package init(_ message: Roost_V1_PlacementRule, at path: FieldPath) throws(FleetError) {
    self.init(
      try path.word(message.kind, "kind"), message.group, by: message.label.isEmpty ? nil : message.label,
      isSoft: message.soft)
  }

  /// The rule as the wire carries it.
  package var message: Roost_V1_PlacementRule {
    var result = Roost_V1_PlacementRule()
    result.kind = kind.rawValue
    result.group = group
    result.label = label ?? ""
    result.soft = isSoft
    return result
  }
}

extension PlacementConstraints: MessageDecodable {
  package init(_ message: Roost_V1_PlacementConstraints, at path: FieldPath) throws(FleetError) {
    self.init(
      require: message.require.mapValues { Set($0.values) }, avoid: message.avoid.mapValues { Set($0.values) },
      groups: Set(message.groups), devices: message.devices.mapValues { Int(clamping: $0) },
      usesDefaultHugePages: message.defaultHugePages, oneCell: message.oneCell,
      cpuModel: message.cpuModel.isEmpty ? nil : message.cpuModel, vlans: Set(message.vlans.map { Int(clamping: $0) }),
      isPinned: message.pinned)
    for (name, bytes) in message.pools { pools[name] = try path.memory(bytes, "pools[\(name.printable)]") }
    needs = Set(try path.list(message.needs, "needs"))
    if message.hugePageBytes > 0 { hugePage = try path.memory(message.hugePageBytes, "huge_page_bytes") }
  }

  /// The constraints as the wire carries them.
  package var message: Roost_V1_PlacementConstraints {
    var result = Roost_V1_PlacementConstraints()
    result.require = require.mapValues(Self.values)
    result.avoid = avoid.mapValues(Self.values)
    result.groups = groups.sorted()
    result.pools = pools.mapValues { UInt64(clamping: $0.bytes) }
    result.devices = devices.mapValues { UInt32(clamping: $0) }
    result.hugePageBytes = UInt64(clamping: hugePage?.bytes ?? 0)
    result.defaultHugePages = usesDefaultHugePages
    result.oneCell = oneCell
    result.cpuModel = cpuModel ?? ""
    result.vlans = vlans.map { UInt32(clamping: $0) }.sorted()
    result.pinned = isPinned
    result.needs = needs.sorted { ($0.kind.rawValue, $0.value, $0.subject) < ($1.kind.rawValue, $1.value, $1.subject) }
      .map(\.message)
    return result
  }

  private static func values(_ values: Set<String>) -> Roost_V1_LabelValues {
    var result = Roost_V1_LabelValues()
    result.values = values.sorted()
    return result
  }
}

extension HostNeed: MessageDecodable {
  package init(_ message: Roost_V1_HostNeed, at path: FieldPath) throws(FleetError) {
    self.init(try path.word(message.kind, "kind"), message.value, for: message.subject)
  }

  /// The need as the wire carries it.
  package var message: Roost_V1_HostNeed {
    var result = Roost_V1_HostNeed()
    result.kind = kind.rawValue
    result.value = value
    result.subject = subject
    return result
  }
}

extension PlacementDecision: MessageDecodable {
  package init(_ message: Roost_V1_Decision, at path: FieldPath) throws(FleetError) {
    self.init(
      ranking: try path.list(message.ranking, "ranking"), refused: try path.list(message.refused, "refused"),
      others: Int(clamping: message.others))
  }

  /// The decision as the wire carries it.
  package var message: Roost_V1_Decision {
    var result = Roost_V1_Decision()
    result.host = host ?? ""
    result.score = score ?? 0
    result.ranking = ranking.map(\.message)
    result.refused = refused.map(\.message)
    result.others = UInt32(clamping: others)
    return result
  }
}

extension PlacementDecision.Ranked: MessageDecodable {
  package init(_ message: Roost_V1_RankedHost, at path: FieldPath) throws(FleetError) {
    self.init(host: message.host, score: message.score, terms: message.terms)
  }

  /// The ranked host as the wire carries it.
  package var message: Roost_V1_RankedHost {
    var result = Roost_V1_RankedHost()
    result.host = host
    result.score = score
    result.terms = terms
    return result
  }
}

extension Refusal: MessageDecodable {
  package init(_ message: Roost_V1_Refusal, at path: FieldPath) throws(FleetError) {
    self.init(host: message.host, rule: message.rule, detail: message.detail)
  }

  /// The refusal as the wire carries it.
  package var message: Roost_V1_Refusal {
    var result = Roost_V1_Refusal()
    result.host = host
    result.rule = rule
    result.detail = detail
    return result
  }
}
