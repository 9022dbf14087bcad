public import Fleet
public import RoostProto

extension Decision: MessageDecodable {
  public init(_ message: Roost_V1_Decision, at path: FieldPath) throws(FleetError) {
    self.init(
      ranking: try path.list(message.ranking, "ranking"), refused: try path.list(message.refused, "refused"),
      others: Int(clamping: message.others))
  }

  /// The decision as the wire carries it.
  public var message: Roost_V1_Decision {
    var result = Roost_V1_Decision()
    result.host = host ?? ""
    result.score = score ?? 0
    result.ranking = ranking.map(\.message)
    result.refused = refused.map(\.message)
    result.others = UInt32(clamping: others)
    return result
  }
}

extension Decision.Ranked: MessageDecodable {
  public init(_ message: Roost_V1_RankedHost, at path: FieldPath) throws(FleetError) {
    self.init(host: message.host, score: message.score, terms: message.terms)
  }

  /// The ranked host as the wire carries it.
  public var message: Roost_V1_RankedHost {
    var result = Roost_V1_RankedHost()
    result.host = host
    result.score = score
    result.terms = terms
    return result
  }
}
