internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost host token revoke`
struct HostTokenRevokeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make a join token worthless that was not used.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The token's id, as roost host token list shows it.")
  var id: String

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.hosts.revokeToken(
        .with {
          $0.requestID = world.newRequestID()
          $0.id = id
        }, options: fleet.brief)
      let token = try TokenRecord(response.token)
      output.confirm(
        "the token \(token.id) is revoked", .detail(Detail(name: token.id.description, lines: [], tree: token.tree)),
        in: world)
    }
  }
}
