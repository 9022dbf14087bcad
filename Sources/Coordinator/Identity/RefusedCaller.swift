import Fleet

/// A caller whom the door does not let in, with who it says it is, so that the refusal can be written down.
struct RefusedCaller: Error {
  /// The kind of event that it becomes, such as `security.revoked`.
  let kind: String
  /// Who is on record for it.
  let actor: String
  /// What the caller is told.
  let error: FleetError
}
