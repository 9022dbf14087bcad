internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost user renew`
struct UserRenewCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "renew", abstract: "Make a new key and certificate for a person, and revoke those before.",
    discussion: "Files of the earlier ones in the directory are written over.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var papers: UserPapers

  func run(in world: Surroundings) async throws {
    try await papers.make(.with { $0.renew = true }, verb: "renew", replaces: true, connection, output, in: world)
  }
}
