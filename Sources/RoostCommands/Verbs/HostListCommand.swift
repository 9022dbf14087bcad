internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto

/// `roost host list`
struct HostListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the hosts.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      try await watching.show(output, in: world) {
        let response = try await fleet.hosts.list(Roost_V1_ListHostsRequest(), options: fleet.brief)
        let hosts = try response.hosts.map { try HostSummary($0) }.sorted { $0.name < $1.name }
        return .listing(HostSummary.listing(hosts, at: world.clock.now()))
      }
    }
  }
}
