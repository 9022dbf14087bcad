import Fleet

/// What holds for one term of office: the fleet, the epoch, and where it listens.
struct Office: Sendable {
  let fleetID: FleetID
  let fleetName: String
  let incarnation: Incarnation
  let term: Term
  /// What the database held when the term began: an agent that was told more by an earlier one has met another
  /// database.
  let beginning: HighWater
  let link: ListenAddress
  let enrolment: ListenAddress
  let quarantineSeconds: Int64
  let startedAt: Timestamp

  /// Higher than that of any coordinator before.
  var epoch: Int64 { term.epoch }
}
