internal import Fleet
internal import PKI
internal import RoostProto

/// Decides which authorities to trust of those that a coordinator names: known ones, and one that a known one has
/// endorsed.
///
/// The coordinator's key alone can't introduce an authority: an endorsement needs the key of an authority.
struct AuthoritySuccession: Sendable {
  /// The most authorities of a fleet: the present one and its successor.
  static let limit = 2

  /// The authorities that the host trusts.
  let known: [Certificate]
  /// The moment, in seconds since 1970.
  let moment: Int64

  init(known: [Certificate], at moment: Int64) {
    self.known = known
    self.moment = moment
  }

  /// The certificates of the authorities that the coordinator named, the newest last.
  /// - Throws: ``FleetError`` with code `denied` if one of them is neither known nor endorsed, or there are too many.
  func accept(_ told: [Roost_V1_TrustedAuthority]) throws(FleetError) -> [Certificate] {
    guard (1...Self.limit).contains(told.count) else {
      throw FleetError(.denied, "\(told.count) authorities are too many")
    }
    var accepted: [Certificate] = []
    for authority in told { accepted.append(try accept(authority)) }
    guard Set(accepted).count == accepted.count else { throw FleetError(.denied, "one authority is named twice") }
    return accepted
  }

  private func accept(_ told: Roost_V1_TrustedAuthority) throws(FleetError) -> Certificate {
    do {
      let authority = try Certificate(der: Array(told.certificate))
      if known.contains(authority) { return authority }
      let endorsement = try Certificate(der: Array(told.endorsement))
      for trusted in known where (try? endorsement.verify(issuedBy: trusted)) != nil {
        try authority.verify(endorsedIn: endorsement, by: trusted, at: moment)
        return authority
      }
    } catch {
      throw FleetError(.denied, "an authority is not acceptable: \(error)")
    }
    throw FleetError(.denied, "no authority that the host trusts has endorsed the new one")
  }
}
