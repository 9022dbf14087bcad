internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca list`
struct CAListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates that were issued.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("Only those of one role: agent, operator or coordinator.", valueName: "role"))
  var role: String?

  @Flag(name: .long, help: "Those that have expired, too.")
  var expired = false

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.certificates.list(
        .with {
          $0.role = role ?? ""
          $0.expired = expired
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.show(.listing(CertificateRecord.listing(certificates, at: world.clock.now())), in: world)
    }
  }
}
