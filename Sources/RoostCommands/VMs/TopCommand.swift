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
  var sort: UsageSort = .cpu

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Show so many rows at most.", valueName: "rows"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
  }

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      try await watching.show(output, in: environment) {
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

/// The order of `roost top`.
enum UsageSort: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// The most processor time.
  case cpu
  /// The most memory.
  case memory
  /// The most bytes to and from disks.
  case disk
  /// The most bytes to and from the network.
  case network
  /// In the order of names.
  case name

  /// The VMs in this order, those of silent hosts last; equals by name.
  func sorted(_ vms: [VMUsage]) -> [VMUsage] {
    vms.map { (vm: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.vm.isCurrent != right.vm.isCurrent { return left.vm.isCurrent }
      if left.amount != right.amount { return left.amount > right.amount }
      return (left.vm.name, left.vm.host) < (right.vm.name, right.vm.host)
    }.map(\.vm)
  }

  /// The hosts in this order, silent ones last. Disk and network of a host are not measured, so these orders sort by
  /// name.
  func sorted(_ hosts: [HostUsage]) -> [HostUsage] {
    hosts.map { (host: $0, amount: amount(of: $0)) }.sorted { left, right in
      if left.host.isSilent != right.host.isSilent { return right.host.isSilent }
      if left.amount != right.amount { return left.amount > right.amount }
      return left.host.name < right.host.name
    }.map(\.host)
  }

  /// VMs without a measurement come last.
  private func amount(of vm: VMUsage) -> Double {
    func sum(_ one: Double?, _ other: Double?) -> Double { one == nil && other == nil ? -1 : (one ?? 0) + (other ?? 0) }
    return switch self {
    case .cpu: vm.rates.cpus ?? -1
    case .memory: vm.memoryUsed.map { Double($0.bytes) } ?? -1
    case .disk: sum(vm.rates.readBytesPerSecond, vm.rates.writtenBytesPerSecond)
    case .network: sum(vm.rates.receivedBytesPerSecond, vm.rates.sentBytesPerSecond)
    case .name: 0
    }
  }

  private func amount(of host: HostUsage) -> Double {
    switch self {
    case .cpu: host.load.map { $0 / Double(max(1, host.cpus)) } ?? -1
    case .memory: host.memoryFree.map { Double(host.memory.bytes - $0.bytes) } ?? -1
    case .disk, .network, .name: 0
    }
  }
}

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
      empty: "no VM runs, as far as the hosts have told")
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
