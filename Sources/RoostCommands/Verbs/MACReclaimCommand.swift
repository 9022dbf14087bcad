internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac reclaim`
struct MACReclaimCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "reclaim", abstract: "End the quarantine of a MAC address that nothing uses any more.",
    discussion: """
      A VM of the name or UUID that had the address gets it back without this. It is refused while any VM has it.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The MAC address.")
  var mac: String

  func run(in world: Surroundings) async throws {
    guard let mac = MACAddress(mac) else {
      throw FleetError.usage("\"\(mac.printable)\" is not a MAC address", hint: "write it as 02:16:3e:5d:aa:a8")
    }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.reclaimMAC(
        .with {
          $0.requestID = world.newRequestID()
          $0.mac = mac.description
        }, options: fleet.brief)
      let entry = try MACEntry(response.entry)
      output.confirm(
        "\(entry.span) is free; \(entry.owner) had it", .detail(entry.view(at: world.clock.now())), in: world)
    }
  }
}
