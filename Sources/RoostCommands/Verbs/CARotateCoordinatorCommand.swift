internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca rotate-coordinator`
struct CARotateCoordinatorCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rotate-coordinator", abstract: "Give the coordinator a new key, and revoke the old one.",
    discussion: """
      For a coordinator.key that somebody else may have. Agents that are connected are told at once and connect again; \
      those that are away are told when they come back. Guests go on, and the coordinator is not restarted.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("give the coordinator a new key, and revoke the old one", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.rotateCoordinator(
        .with { $0.requestID = world.newRequestID() }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.confirm(
        "the coordinator has a new key; the old one is revoked",
        .listing(CertificateRecord.listing(certificates, at: world.clock.now())), in: world)
    }
  }
}
