internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost port show`
struct PortShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show who has a VNC port, and who had it.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The TCP port.")
  var port: String

  func run(in world: Surroundings) async throws {
    guard let port = UInt16(port), port > 0 else {
      throw FleetError.usage("\"\(port.printable)\" is not a TCP port")
    }
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listPorts(.with { $0.port = UInt32(port) }, options: fleet.brief)
      let history = try response.history.map { try PortEntry($0) }
      guard let entry = try response.ports.first.map({ try PortEntry($0) }) ?? history.last else {
        throw FleetError(.notFound, "nobody has the port \(port)", hint: "roost port list")
      }
      output.show(.detail(entry.view(history: history, at: world.clock.now())), in: world)
    }
  }
}
