internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host token list`
struct HostTokenListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the join tokens, newest first; their secrets are kept nowhere.",
    aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.listTokens(Roost_V1_ListTokensRequest(), options: fleet.brief)
      let tokens = try response.tokens.map { try TokenRecord($0) }
      output.show(.listing(TokenRecord.listing(tokens, at: world.clock.now())), in: world)
    }
  }
}
