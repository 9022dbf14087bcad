package import Fleet
internal import RoostProto

/// Refusals between programs of different versions.
extension FleetError {
  /// An agent does not know what a newer coordinator tells or asks it.
  package static let olderAgent = FleetError(
    .unsupported, "the host's agent is older than the coordinator and does not know how to do this",
    hint: "update roost-agent on the host")

  /// A coordinator does not know the call of a newer client.
  package static let olderCoordinator = FleetError(
    .unsupported, "the coordinator is older than this program and does not know how to do this",
    hint: "update roost-coordinator")

  /// Reads the error of an agent.
  ///
  /// An agent of the first release says of what it does not know that a field is missing.
  init(ofAgent message: Roost_V1_Failure, at path: FieldPath) throws(FleetError) {
    self = try FleetError(message, at: path)
    let isUnknown = ["the field work is missing", "the field content is missing"].contains(self.message)
    if code == .invalid, isUnknown { self = .olderAgent }
  }
}
