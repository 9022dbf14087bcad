internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost user`
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "People who may use the fleet.",
    subcommands: [
      UserCreateCommand.self, UserListCommand.self, UserRenewCommand.self, UserRevokeCommand.self,
    ])
}

/// `roost user create`
struct UserCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key and a certificate for a person.",
    discussion: """
      Writes NAME.key, NAME.crt, ca.crt and a config.toml to the directory; the user copies them to ~/.config/roost. A \
      user who has a certificate is refused: --renew makes a new one and revokes the present one, --force adds another \
      one. Without --out, -o json prints everything, the key included.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var credentials: UserCredentials

  @Flag(name: .long, help: "Revoke the certificates that the person has, as roost user renew does.")
  var renew = false

  @Flag(name: .long, help: "Make one more beside those that the person has, and write over files.")
  var force = false

  func validate() throws {
    guard !(renew && force) else { throw ValidationError("--renew and --force exclude each other") }
  }

  func run(in environment: CommandEnvironment) async throws {
    let request = Roost_V1_CreateOperatorRequest.with {
      $0.renew = renew
      $0.beside = force
    }
    try await credentials.make(request, verb: "create", replaces: renew || force, connection, output, in: environment)
  }
}

/// `roost user renew`
struct UserRenewCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Make a new key and certificate for a person, and revoke those before.",
    discussion: "Files of the earlier ones in the directory are written over.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var credentials: UserCredentials

  func run(in environment: CommandEnvironment) async throws {
    try await credentials.make(
      .with { $0.renew = true }, verb: "renew", replaces: true, connection, output, in: environment)
  }
}

/// `roost user list`
struct UserListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the certificates of people.", aliases: ["ls"])

  @OptionGroup var options: CertificateOptions

  @Flag(name: .long, help: "Those that have expired, too.")
  var expired = false

  func run(in environment: CommandEnvironment) async throws {
    try await options.list(role: "operator", expired: expired, in: environment)
  }
}

/// `roost user revoke`
struct UserRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Revoke all certificates of a user, permanently and at once.")

  @OptionGroup var options: CertificateOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The person's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("revoke all certificates of \(name)", in: environment)
    try await options.revoke(.with { $0.user = name }, in: environment) { _ in "\(name) is not let in any more" }
  }
}
