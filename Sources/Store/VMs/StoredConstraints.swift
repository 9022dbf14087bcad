internal import Fleet

/// What a VM asks of hosts as the database keeps it.
struct StoredConstraints: Codable {
  let require: [String: [String]]
  let avoid: [String: [String]]
  let groups: [String]
  let pools: [String: Int64]
  let devices: [String: Int]
  let hugePage: Int64?
  /// Absent in rows older than this column.
  let defaultHugePages: Bool?
  let oneCell: Bool
  let cpuModel: String?
  let vlans: [Int]
  let pinned: Bool
  /// Absent in rows older than this column.
  let needs: [Need]?

  struct Need: Codable {
    let kind: String
    let value: String
    let subject: String
  }

  init(_ constraints: PlacementConstraints) {
    require = constraints.require.mapValues { $0.sorted() }
    avoid = constraints.avoid.mapValues { $0.sorted() }
    groups = constraints.groups.sorted()
    pools = constraints.pools.mapValues(\.bytes)
    devices = constraints.devices
    hugePage = constraints.hugePage?.bytes
    defaultHugePages = constraints.usesDefaultHugePages ? true : nil
    oneCell = constraints.oneCell
    cpuModel = constraints.cpuModel
    vlans = constraints.vlans.sorted()
    pinned = constraints.isPinned
    needs = constraints.needs.map { Need(kind: $0.kind.rawValue, value: $0.value, subject: $0.subject) }
      .sorted { ($0.kind, $0.value, $0.subject) < ($1.kind, $1.value, $1.subject) }
  }

  var value: PlacementConstraints {
    PlacementConstraints(
      require: require.mapValues { Set($0) }, avoid: avoid.mapValues { Set($0) }, groups: Set(groups),
      pools: pools.mapValues { ByteCount(bytes: $0) }, devices: devices,
      hugePage: hugePage.map { ByteCount(bytes: $0) },
      usesDefaultHugePages: defaultHugePages ?? false,
      oneCell: oneCell, cpuModel: cpuModel, vlans: Set(vlans), isPinned: pinned,
      needs: Set(
        (needs ?? []).compactMap { need in
          HostNeed.Kind(rawValue: need.kind).map { HostNeed($0, need.value, for: need.subject) }
        }))
  }
}

/// A placement decision as the database keeps it.
struct StoredDecision: Codable {
  struct Ranked: Codable {
    let host: String
    let score: Double
    let terms: [String: Double]
  }

  struct Refused: Codable {
    let host: String
    let rule: String
    let detail: String
  }

  let ranking: [Ranked]
  let refused: [Refused]
  /// Absent in documents older than this key.
  let others: Int?

  init(_ decision: PlacementDecision) {
    ranking = decision.ranking.map { Ranked(host: $0.host, score: $0.score, terms: $0.terms) }
    refused = decision.refused.map { Refused(host: $0.host, rule: $0.rule, detail: $0.detail) }
    others = decision.others > 0 ? decision.others : nil
  }

  var value: PlacementDecision {
    PlacementDecision(
      ranking: ranking.map { PlacementDecision.Ranked(host: $0.host, score: $0.score, terms: $0.terms) },
      refused: refused.map { Refusal(host: $0.host, rule: $0.rule, detail: $0.detail) },
      others: others ?? 0)
  }
}
