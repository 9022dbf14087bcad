internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost user create`
struct UserCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key and a certificate for a person.",
    discussion: """
      Writes NAME.key, NAME.crt, ca.crt and a config.toml to the directory; the person copies them to ~/.config/roost. \
      Somebody who has a certificate is refused: --renew makes one in its place and revokes it, --force one more \
      beside it. Without --out, -o json prints everything, the key included.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var papers: UserPapers

  @Flag(name: .long, help: "Revoke the certificates that the person has, as roost user renew does.")
  var renew = false

  @Flag(name: .long, help: "Make one more beside those that the person has, and write over files.")
  var force = false

  func validate() throws {
    guard !(renew && force) else { throw ValidationError("--renew and --force exclude each other") }
  }

  func run(in world: Surroundings) async throws {
    let request = Roost_V1_CreateOperatorRequest.with {
      $0.renew = renew
      $0.beside = force
    }
    try await papers.make(request, verb: "create", replaces: renew || force, connection, output, in: world)
  }
}
