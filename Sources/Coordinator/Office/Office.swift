import Fleet

/// What holds for one term of office: the fleet, the epoch, and where it listens.
struct Office: Sendable {
  let fleetID: FleetID
  let fleetName: String
  let incarnation: Incarnation
  /// Higher than that of any coordinator before.
  let epoch: Int64
  let link: ListenAddress
  let enrolment: ListenAddress
  let quarantineSeconds: Int64
  let startedAt: Timestamp
}
