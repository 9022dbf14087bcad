internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host token`
struct HostTokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens that let hosts join.",
    subcommands: [HostTokenCreateCommand.self, HostTokenListCommand.self, HostTokenRevokeCommand.self])
}

/// `roost host token create`
struct HostTokenCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a single-use token that lets one host join.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("The name the host will have (default: its own).", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp("How long the token is good, such as 15m (default: the coordinator's).", valueName: "time"))
  var ttl: String?

  @Flag(name: .long, help: "For the machine of a host that is in the fleet: it takes that host's place (local only).")
  var rejoin = false

  func validate() throws {
    guard !rejoin || name != nil else { throw ValidationError("--rejoin needs the host's name: --name NAME") }
  }

  func run(in environment: CommandEnvironment) async throws {
    let seconds = try ttl.map { try DurationText.seconds($0) } ?? 0
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.createToken(
        .with {
          $0.requestID = environment.newRequestID()
          $0.name = name ?? ""
          $0.ttlSeconds = UInt32(clamping: seconds)
          $0.rejoin = rejoin
        }, options: fleet.brief)
      let expiresAt = Timestamp(milliseconds: max(0, response.expiresAt))
      switch output.output {
      case .table, .wide, .name:
        environment.output.writeLine(response.token.terminalSafe)
        if !output.quiet {
          environment.note("good until \(expiresAt) for one host; type this on that host, and then the token:")
          environment.note("runuser -u roost-agent -- roost-agent join - --state-dir /var/lib/roost-agent")
        }
      case .json, .yaml, .csv:
        let outputValue = OutputValue.object([
          "token": .text(response.token), "id": .text(response.id), "expires_at": .time(expiresAt),
        ])
        output.show(.detail(Detail(name: "", lines: [], outputValue: outputValue)), in: environment)
      }
    }
  }
}

/// `roost host token list`
struct HostTokenListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the join tokens, newest first; their secrets are kept nowhere.",
    aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.listTokens(Roost_V1_ListTokensRequest(), options: fleet.brief)
      let tokens = try response.tokens.map { try TokenRecord($0) }
      output.show(.listing(TokenRecord.listing(tokens, at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost host token revoke`
struct HostTokenRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make a join token worthless that was not used.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The token's id, as roost host token list shows it.")
  var id: String

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.hosts.revokeToken(
        .with {
          $0.requestID = environment.newRequestID()
          $0.id = id
        }, options: fleet.brief)
      let token = try TokenRecord(response.token)
      output.confirm(
        "the token \(token.id) is revoked",
        .detail(Detail(name: token.id.description, lines: [], outputValue: token.outputValue)),
        in: environment)
    }
  }
}

extension TokenRecord {
  /// The token as JSON has it.
  var outputValue: OutputValue {
    .object([
      "id": .text(id.description), "host": hostName.map { .text($0) } ?? .null, "rejoin": .flag(isForRejoining),
      "created_at": .time(createdAt), "expires_at": .time(expiresAt), "used_at": .time(usedAt),
      "revoked_at": .time(revokedAt), "actor": .optional(actor),
    ])
  }

  private func state(at now: Timestamp) -> Listing.Cell {
    if usedAt != nil { return .init("used", .faint) }
    if revokedAt != nil { return .init("revoked", .bad) }
    return expiresAt > now ? .init("good", .good) : .init("expired", .faint)
  }

  /// The tokens as a listing.
  static func listing(_ tokens: [TokenRecord], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("ID"), .init("HOST", cut: 12), .init("FOR", cut: 12), .init("STATE"), .init("MADE", drop: 2),
        .init("BY", drop: 1, cut: 12), .init("EXPIRES", drop: 3),
        .init("USED", wide: true),
      ],
      rows: tokens.map { token in
        Listing.Row(
          name: token.id.description,
          cells: [
            .init(token.id.description), .init(token.hostName ?? ""),
            token.isForRejoining ? .init("rejoining", .caution) : .init("joining"), token.state(at: now),
            .init(token.createdAt.description), .init(token.actor), .init(token.expiresAt.description),
            .init(token.usedAt?.description ?? ""),
          ], outputValue: token.outputValue)
      }, empty: "no join tokens")
  }
}
