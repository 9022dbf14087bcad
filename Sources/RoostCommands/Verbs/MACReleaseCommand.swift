internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac release`
struct MACReleaseCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "End a reservation, or with --force a quarantine.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "End a quarantine before its time too.")
  var force = false

  @Argument(help: "The MAC address, or a reserved range as FIRST-LAST.")
  var mac: String

  func run(in world: Surroundings) async throws {
    let range = try MACRange(parsing: mac)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.releaseMAC(
        .with {
          $0.requestID = world.newRequestID()
          $0.mac = range.description
          $0.force = force
        }, options: fleet.brief)
      let entry = try MACEntry(response.entry)
      output.confirm(
        "\(entry.span) is released; \(entry.owner) had it", .detail(entry.view(at: world.clock.now())), in: world)
    }
  }
}
