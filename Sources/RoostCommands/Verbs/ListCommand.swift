internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost list`
struct ListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the VMs of the fleet.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  @Option(help: ArgumentHelp("Only the VMs of this host.", valueName: "host"), completion: .hosts)
  var host: String?

  @Option(help: ArgumentHelp("Only the VMs with this MAC address, or with this part of one.", valueName: "mac"))
  var mac: String?

  @Option(help: ArgumentHelp("Only the VM known by this IP address.", valueName: "ip"))
  var ip: String?

  @Option(help: ArgumentHelp("Only the VM with this VNC port.", valueName: "port"))
  var port: UInt16?

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      try await watching.show(output, in: world) {
        let response = try await fleet.vms.list(
          .with {
            $0.host = host ?? ""
            $0.mac = mac ?? ""
            $0.ip = ip ?? ""
            $0.port = UInt32(port ?? 0)
          }, options: fleet.brief)
        let vms = try response.vms.map { try VMSummary($0) }.sorted { ($0.name, $0.host) < ($1.name, $1.host) }
        return .listing(VMSummary.listing(vms, at: world.clock.now()))
      }
    }
  }
}
