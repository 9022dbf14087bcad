internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca`
struct CACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ca", abstract: "The fleet's authority: certificates of hosts, people and the coordinator.",
    subcommands: [
      CAListCommand.self, CAShowCommand.self, CARevokeCommand.self, CARotateCoordinatorCommand.self,
      CARotateAuthorityCommand.self,
    ])
}

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

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.list(
        .with {
          $0.role = role ?? ""
          $0.expired = expired
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.show(.listing(CertificateRecord.listing(certificates, at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost ca revoke`
struct CARevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make one certificate worthless, for good and at once.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The certificate's serial number.")
  var serial: String

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("revoke the certificate \(serial)", in: environment)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.revoke(
        .with {
          $0.requestID = environment.newRequestID()
          $0.serial = serial
        }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      let whose = certificates.first.map { " of \($0.role) \($0.subject)" } ?? ""
      output.confirm(
        "the certificate\(whose) is revoked",
        .listing(CertificateRecord.listing(certificates, at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost ca show`
struct CAShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the fleet's authority, and while it is being replaced, who has not moved yet.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.showAuthorities(.init(), options: fleet.brief)
      output.show(.detail(try AuthoritiesView(response).detail), in: environment)
    }
  }
}

extension CertificateRecord {
  /// The certificate as JSON has it.
  var outputValue: OutputValue {
    .object([
      "serial": .text(serial), "name": .optional(subject), "role": .text(role), "issued_at": .time(issuedAt),
      "expires_at": .time(expiresAt), "revoked_at": .time(revokedAt),
    ])
  }

  private func state(at now: Timestamp) -> Listing.Cell {
    if revokedAt != nil { return .init("revoked", .bad) }
    return expiresAt > now ? .init("valid", .good) : .init("expired", .faint)
  }

  /// The certificates as a listing, by role and name.
  static func listing(_ certificates: [CertificateRecord], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 16), .init("ROLE"), .init("STATE"), .init("ISSUED", drop: 2), .init("EXPIRES", drop: 1),
        .init("REVOKED", drop: 3), .init("SERIAL"),
      ],
      rows: certificates.sorted { ($0.role, $0.subject, $0.expiresAt) < ($1.role, $1.subject, $1.expiresAt) }
        .map { certificate in
          Listing.Row(
            name: certificate.serial,
            cells: [
              .init(certificate.subject), .init(certificate.role), certificate.state(at: now),
              .init(certificate.issuedAt?.description ?? ""), .init(certificate.expiresAt.description),
              .init(certificate.revokedAt?.description ?? ""), .init(certificate.serial),
            ], outputValue: certificate.outputValue)
        }, empty: "no certificates")
  }
}
