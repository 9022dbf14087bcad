internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca revoke`
struct CARevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make one certificate worthless, for good and at once.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The certificate's serial number.")
  var serial: String

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("revoke the certificate \(serial)", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.revoke(
        .with {
          $0.requestID = world.newRequestID()
          $0.serial = serial
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      let whose = certificates.first.map { " of \($0.role) \($0.subject)" } ?? ""
      output.confirm(
        "the certificate\(whose) is revoked",
        .listing(CertificateRecord.listing(certificates, at: world.clock.now())), in: world)
    }
  }
}
