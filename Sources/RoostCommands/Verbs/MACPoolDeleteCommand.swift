internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac pool delete`
struct MACPoolDeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a MAC pool; the addresses it gave stay with their VMs.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The pool's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    try confirmation.confirm("delete MAC pool \"\(name)\"", in: world)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.deleteMACPool(
        .with {
          $0.requestID = world.newRequestID()
          $0.name = name
        }, options: fleet.brief)
      let pool = try MACPoolStatus(response.pool)
      output.confirm("MAC pool \(name) is deleted", .detail(pool.view), in: world)
    }
  }
}
