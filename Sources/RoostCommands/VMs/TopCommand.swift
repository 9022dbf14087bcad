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
      is one CPU kept busy. AGE is the age of the measurement; VMs of silent hosts come last.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var watching: WatchOptions

  @Flag(help: "Show hosts instead of VMs.")
  var hosts = false

  @Option(help: ArgumentHelp("Only this host, or the VMs of it.", valueName: "host"), completion: .hosts)
  var host: String?

  @Option(help: "The order: the most of cpu, memory, disk or network; or name.")
  var sort: UsageSort = .cpu

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Show at most this many rows.", valueName: "rows"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func run(in environment: CommandEnvironment) async throws {
    let query = UsageQuery(host: host, hostsOnly: hosts, sort: sort, limit: limit)
    let request = Roost_V1_ListUsageRequest.with {
      $0.host = host ?? ""
      $0.hostsOnly = hosts
      $0.sort = sort.rawValue
      $0.limit = UInt32(clamping: limit ?? 0)
    }
    try await environment.withFleet(connection) { fleet in
      try await watching.show(output, in: environment) {
        let response = try await fleet.usage.list(request, options: fleet.brief)
        // A coordinator that is older than the query sends everything.
        let usage = try FleetUsage(response).chosen(query)
        return .listing(listing(of: usage, at: Timestamp(milliseconds: response.at)))
      }
    }
  }

  private func listing(of usage: FleetUsage, at now: Timestamp) -> Listing {
    guard !hosts else { return HostUsage.listing(usage.hosts, at: now) }
    let silent = Dictionary(
      usage.hosts.filter { !$0.reason.isEmpty }.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
    return VMUsage.listing(usage.vms, silent: silent, at: now)
  }
}

extension UsageSort: ExpressibleByArgument {}

extension VMUsage {
  /// The VM as `roost top -o json` has it.
  var outputValue: OutputValue {
    .object([
      "name": .text(name), "id": .text(id.description), "host": .text(host), "current": .flag(isCurrent),
      "measured_at": .time(measuredAt), "cpu_percent": .optional(rates.cpus.map { $0 * 100 }), "vcpus": .count(vcpus),
      "memory_used_bytes": memoryUsed.map { .bytes($0) } ?? .null, "memory_bytes": .bytes(memory),
      "read_bytes_per_second": .optional(rates.readBytesPerSecond),
      "written_bytes_per_second": .optional(rates.writtenBytesPerSecond),
      "received_bytes_per_second": .optional(rates.receivedBytesPerSecond),
      "sent_bytes_per_second": .optional(rates.sentBytesPerSecond),
    ])
  }

  /// The VMs as a listing, in the order they have.
  /// - Parameter silent: why a host is not ready, by its name.
  static func listing(_ vms: [VMUsage], silent: [String: String], at now: Timestamp) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 20), .init("HOST", cut: 12), .init("CPU", right: true, csv: "cpu_percent"),
        .init("VCPUS", right: true, drop: 2),
        .init("MEMORY", right: true, csv: "memory_used_bytes"),
        .init("OF", right: true, csv: "memory_bytes", drop: 1),
        .init("READ/S", right: true, csv: "read_bytes_per_second"),
        .init("WRITE/S", right: true, csv: "written_bytes_per_second"),
        .init("RX/S", right: true, csv: "received_bytes_per_second"),
        .init("TX/S", right: true, csv: "sent_bytes_per_second"), .init("AGE", csv: "measured_at"),
        .init("ID", wide: true), .init("NOTE", drop: 3, cut: 12),
      ],
      rows: vms.map { $0.row(note: silent[$0.host] ?? "", at: now) },
      empty: "no VM runs, by the hosts' last reports")
  }

  private func row(note: String, at now: Timestamp) -> Listing.Row {
    let style: TextStyle = isCurrent ? .plain : .faint
    func rate(_ bytes: Double?) -> Listing.Cell {
      .init(bytes.map(UsageText.bytes) ?? "", style, raw: .optional(bytes))
    }
    let cells: [Listing.Cell] = [
      .init(name), .init(host),
      .init(rates.cpus.map(UsageText.percent) ?? "", style, raw: .optional(rates.cpus.map { $0 * 100 })),
      .init(String(vcpus)), memoryUsed.map { .init($0, style) } ?? .init("", style), .init(memory),
      rate(rates.readBytesPerSecond),
      rate(rates.writtenBytesPerSecond), rate(rates.receivedBytesPerSecond), rate(rates.sentBytesPerSecond),
      UsageText.age(of: measuredAt, isCurrent: isCurrent, at: now), .init(id.description),
      .init(isCurrent ? (measuredAt == nil ? "not measured yet" : "") : note, isCurrent ? .faint : .caution),
    ]
    return Listing.Row(name: name, cells: cells, outputValue: outputValue)
  }
}
