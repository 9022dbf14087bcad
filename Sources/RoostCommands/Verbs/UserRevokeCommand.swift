internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost user revoke`
struct UserRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make all certificates of a person worthless, for good and at once.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The person's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("revoke all certificates of \(name)", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.revoke(
        .with {
          $0.requestID = world.newRequestID()
          $0.user = name
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.confirm(
        "\(name) is not let in any more",
        .listing(CertificateRecord.listing(certificates, at: world.clock.now())), in: world)
    }
  }
}
