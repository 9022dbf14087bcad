internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac pool show`
struct MACPoolShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a MAC pool: its range, whom it serves, how full it is.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The pool's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    guard !name.isEmpty else { throw FleetError.usage("a pool has a name", hint: "roost mac pool list") }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACPools(.with { $0.name = name }, options: fleet.brief)
      guard let pool = try response.pools.first.map({ try MACPoolStatus($0) }) else {
        throw FleetError(.notFound, "there is no MAC pool \"\(name.printable)\"", hint: "roost mac pool list")
      }
      output.show(.detail(pool.view), in: world)
    }
  }
}
