internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

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

  func run(in world: Surroundings) async throws {
    let seconds = try ttl.map { try Span.seconds($0) } ?? 0
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.createToken(
        .with {
          $0.requestID = world.newRequestID()
          $0.name = name ?? ""
          $0.ttlSeconds = UInt32(clamping: seconds)
          $0.rejoin = rejoin
        }, options: fleet.brief)
      let expiresAt = Timestamp(milliseconds: max(0, response.expiresAt))
      switch output.output {
      case .table, .wide, .name:
        world.output.writeLine(response.token.terminalSafe)
        if !output.quiet {
          world.note("good until \(expiresAt) for one host; type this on that host, and then the token:")
          world.note("runuser -u roost-agent -- roost-agent join - --state-dir /var/lib/roost-agent")
        }
      case .json, .yaml, .csv:
        let tree = Tree.object([
          "token": .text(response.token), "id": .text(response.id), "expires_at": .time(expiresAt),
        ])
        output.show(.detail(Detail(name: "", lines: [], tree: tree)), in: world)
      }
    }
  }
}
