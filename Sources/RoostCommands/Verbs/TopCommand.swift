internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost top`
struct TopCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show what running VMs and hosts use, the busiest first.",
    discussion: """
      Hosts are measured every ten seconds; rates are those of the time between the last two measurements. 100% of CPU \
      is one CPU kept busy. AGE is the age of the measurement: what a silent host was last seen to use comes last.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  @Flag(help: "Show hosts instead of VMs.")
  var hosts = false

  @Option(help: ArgumentHelp("Only this host, or the VMs of it.", valueName: "host"), completion: .hosts)
  var host: String?

  @Option(help: "What stands first: the most of cpu, memory, disk or network; or name.")
  var sort: UsageOrder = .cpu

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Show so many rows at most.", valueName: "rows"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func run(in world: Surroundings) async throws {
    try await world.withFleet(connection) { fleet in
      try await watching.show(output, in: world) {
        let response = try await fleet.usage.list(Roost_V1_ListUsageRequest(), options: fleet.brief)
        let now = Timestamp(milliseconds: response.at)
        return .listing(try listing(of: FleetUsage(response), at: now))
      }
    }
  }

  private func listing(of usage: FleetUsage, at now: Timestamp) throws -> Listing {
    if let host, !usage.hosts.contains(where: { $0.name == host }) {
      throw FleetError(.notFound, "there is no host \"\(host.printable)\"", hint: "list them: roost host list")
    }
    if hosts {
      let chosen = sort.sorted(usage.hosts.filter { host == nil || $0.name == host })
      return HostUsage.listing(Array(chosen.prefix(limit ?? .max)), at: now)
    }
    let silent = Dictionary(
      usage.hosts.filter { !$0.reason.isEmpty }.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
    let chosen = sort.sorted(usage.vms.filter { host == nil || $0.host == host })
    return VMUsage.listing(Array(chosen.prefix(limit ?? .max)), silent: silent, at: now)
  }
}
