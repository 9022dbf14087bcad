internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac reserve`
struct MACReserveCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reserve", abstract: "Keep MAC addresses for something outside the fleet, such as a printer.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: ArgumentHelp("An address, FIRST-LAST, or a prefix such as 02:16:3e.", valueName: "range"))
  var range: String

  @Option(name: .customLong("for"), help: ArgumentHelp("What they are kept for.", valueName: "purpose"))
  var purpose: String

  func run(in world: Surroundings) async throws {
    let range = try MACRange(parsing: range)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.reserveMACs(
        .with {
          $0.requestID = world.newRequestID()
          $0.range = range.description
          $0.purpose = purpose
        }, options: fleet.brief)
      let entry = try MACEntry(response.entry)
      output.confirm("\(range) is reserved for \"\(purpose)\"", .detail(entry.view(at: world.clock.now())), in: world)
    }
  }
}
