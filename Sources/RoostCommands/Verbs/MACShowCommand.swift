internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac show`
struct MACShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show who has a MAC address.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The MAC address.")
  var mac: String

  func run(in world: Surroundings) async throws {
    guard let mac = MACAddress(mac) else {
      throw FleetError.usage("\"\(mac.printable)\" is not a MAC address", hint: "write it as 02:16:3e:5d:aa:a8")
    }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACs(.with { $0.mac = mac.description }, options: fleet.brief)
      let entries = try response.macs.map { try MACEntry($0) }
      guard let entry = entries.first(where: { $0.state != .retired }) ?? entries.first else {
        throw FleetError(.notFound, "nobody has the MAC address \(mac)", hint: "roost mac list")
      }
      output.show(.detail(entry.view), in: world)
    }
  }
}
