internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost user list`
struct UserListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of people.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(name: .long, help: "Those that have expired, too.")
  var expired = false

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.list(
        .with {
          $0.role = "operator"
          $0.expired = expired
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.show(.listing(CertificateRecord.listing(certificates, at: world.clock.now())), in: world)
    }
  }
}
