internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost ca rotate-authority`
struct CARotateAuthorityCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rotate-authority", abstract: "Replace the fleet's authority, in two steps.",
    discussion: """
      For a ca.key that may be stolen, and before the authority expires. The first step makes a new authority, which \
      is trusted beside the present one: agents get certificates of it by themselves; a user gets one by roost user \
      renew. roost ca show names the hosts and users that still lack one. The second step, --finish, ends the earlier \
      authority with all its certificates and join tokens. Guests keep running, and no host needs a visit.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "The second step: trust only the new authority.")
  var finish = false

  @Flag(name: .long, help: "With --finish, even if hosts lack a new certificate: they must join again.")
  var force = false

  func validate() throws {
    if force, !finish { throw ValidationError("--force goes with --finish") }
  }

  func run(in environment: CommandEnvironment) async throws {
    let question =
      finish
      ? "end the earlier authority, and every certificate of it"
      : "make a new authority, to which hosts and people move"
    try confirmation.confirm(question, in: environment)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.rotateAuthority(
        .with {
          $0.requestID = environment.newRequestID()
          $0.finish = finish
          $0.force = force
        }, options: fleet.brief)
      let view = try AuthoritiesView(response)
      output.confirm(finish ? view.finished : view.begun, .detail(view.detail), in: environment)
    }
  }
}

/// `roost ca rotate-coordinator`
struct CARotateCoordinatorCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rotate-coordinator", abstract: "Give the coordinator a new key, and revoke the old one.",
    discussion: """
      For a coordinator.key that may be stolen. Connected agents are informed at once and reconnect; others are \
      informed when they reconnect. Guests keep running, and the coordinator is not restarted.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("give the coordinator a new key, and revoke the old one", in: environment)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.certificates.rotateCoordinator(
        .with { $0.requestID = environment.newRequestID() }, options: fleet.brief)
      let certificates = try response.certificates.map { try CertificateRecord($0) }
      output.confirm(
        "the coordinator has a new key; the old one is revoked",
        .listing(CertificateRecord.listing(certificates, at: environment.clock.now())), in: environment)
    }
  }
}
