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

  @OptionGroup var options: CertificateOptions

  @Option(help: ArgumentHelp("Only those of one role: agent, operator or coordinator.", valueName: "role"))
  var role: String?

  @Flag(name: .long, help: "Those that have expired, too.")
  var expired = false

  func run(in environment: CommandEnvironment) async throws {
    try await options.list(role: role ?? "", expired: expired, in: environment)
  }
}

/// `roost ca revoke`
struct CARevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke a certificate, permanently and at once.")

  @OptionGroup var options: CertificateOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The certificate's serial number.")
  var serial: String

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("revoke the certificate \(serial)", in: environment)
    try await options.revoke(.with { $0.serial = serial }, in: environment) { certificates in
      let whose = certificates.first.map { " of \($0.role) \($0.subject)" } ?? ""
      return "the certificate\(whose) is revoked"
    }
  }
}

/// `roost ca show`
struct CAShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the fleet's authority and, during its replacement, who lacks a new certificate.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.showAuthorities(.init(), options: fleet.brief)
      output.show(.detail(try AuthoritiesView(response).detail), in: environment)
    }
  }
}

/// Options of the commands of `roost ca` and `roost user` that list and revoke certificates.
struct CertificateOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  /// Lists certificates; an empty role stands for all.
  func list(role: String, expired: Bool, in environment: CommandEnvironment) async throws {
    let request = Roost_V1_ListCertificatesRequest.with {
      $0.role = role
      $0.expired = expired
    }.inPages
    try await environment.withFleet(connection) { fleet in
      try await output.show(in: environment, of: fleet) { options, read in
        try await fleet.certificates.list(request, options: options, onResponse: read)
      } listing: { page in
        CertificateRecord.listing(try page.certificates.map { try CertificateRecord($0) }, at: environment.clock.now())
      }
    }
  }

  /// Revokes certificates and lists them.
  func revoke(
    _ request: Roost_V1_RevokeCertificatesRequest, in environment: CommandEnvironment,
    done: @Sendable ([CertificateRecord]) -> String
  ) async throws {
    try await environment.withFleet(connection) { fleet in
      var request = request
      request.requestID = environment.newRequestID()
      let response = try await fleet.certificates.revoke(request, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.confirm(
        done(certificates), .listing(CertificateRecord.listing(certificates, at: environment.clock.now())),
        in: environment)
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
