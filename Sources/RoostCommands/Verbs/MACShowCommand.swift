internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac show`
struct MACShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show who has a MAC address, who had it, since when and where.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The MAC address or a part of it, such as 5d:aa:a8; any way of writing it will do.")
  var mac: String

  func run(in world: Surroundings) async throws {
    let pattern = try MACPattern(mac)
    try await world.withFleet(connection) { fleet in
      let response = try await fleet.addresses.findMACs(.with { $0.query = mac }, options: fleet.brief)
      let reports = try response.reports.map { try MACReport($0) }
      guard let first = reports.first else {
        let subject = pattern.address.map { "the MAC address \($0)" } ?? "a MAC address with \"\(mac.printable)\" in it"
        throw FleetError(.notFound, "nobody has \(subject)", hint: "roost mac list")
      }
      let now = world.clock.now()
      guard reports.count > 1 else { return output.show(.detail(first.view(at: now)), in: world) }
      output.show(.listing(MACReport.listing(reports, at: now)), in: world)
    }
  }
}
