internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac conflicts`
struct MACConflictsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "List the MAC addresses that more than one VM has.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACs(.with { $0.conflictsOnly = true }, options: fleet.brief)
      let entries = try response.macs.map { try MACEntry($0) }.sorted { $0.mac < $1.mac }
      output.show(.listing(MACEntry.listing(entries, at: world.clock.now(), empty: "no conflicts")), in: world)
    }
  }
}
