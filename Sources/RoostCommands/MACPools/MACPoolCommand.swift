internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac pool`
struct MACPoolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool", abstract: "The pools of MAC addresses.",
    subcommands: [
      MACPoolListCommand.self, MACPoolShowCommand.self, MACPoolCreateCommand.self, MACPoolDeleteCommand.self,
    ])
}

/// `roost mac pool create`
struct MACPoolCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a MAC pool for a network or a label; without either it serves what no other pool serves.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The pool's name.")
  var name: String

  @Option(help: ArgumentHelp("One to five bytes, such as 00:16:3e.", valueName: "prefix"))
  var prefix: String?

  @Option(help: ArgumentHelp("FIRST-LAST.", valueName: "range"))
  var range: String?

  @Option(help: ArgumentHelp("Serve the interfaces on this libvirt network or bridge.", valueName: "network"))
  var network: String?

  @Option(help: ArgumentHelp("Serve the VMs with this label, KEY=VALUE.", valueName: "label"))
  var label: String?

  func run(in environment: CommandEnvironment) async throws {
    guard let text = prefix ?? range, prefix == nil || range == nil else {
      throw FleetError.usage("a pool has a prefix or a range", hint: "give --prefix 00:16:3e or --range FIRST-LAST")
    }
    let addresses = try MACRange(parsing: text)
    _ = try MACPoolSelector(network: network ?? "", label: label ?? "")
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.createMACPool(
        .with {
          $0.requestID = environment.newRequestID()
          $0.name = name
          $0.range = addresses.description
          $0.network = network ?? ""
          $0.label = label ?? ""
        }, options: fleet.brief)
      let pool = try MACPoolStatus(response.pool)
      output.confirm("MAC pool \(name) serves \(pool.record.selector)", .detail(pool.view), in: environment)
      if network == nil, label == nil, !output.quiet {
        environment.note(
          "new addresses come from it unless another pool serves their network or label; for some only: --network, "
            + "--label")
      }
    }
  }
}

/// `roost mac pool delete`
struct MACPoolDeleteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a MAC pool; VMs keep the addresses that it gave.", aliases: ["rm"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Argument(help: "The pool's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    try confirmation.confirm("delete MAC pool \"\(name)\"", in: environment)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.deleteMACPool(
        .with {
          $0.requestID = environment.newRequestID()
          $0.name = name
        }, options: fleet.brief)
      let pool = try MACPoolStatus(response.pool)
      output.confirm("MAC pool \(name) is deleted", .detail(pool.view), in: environment)
    }
  }
}

/// `roost mac pool list`
struct MACPoolListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the MAC pools: what they serve, how full they are, when they run out.",
    aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACPools(Roost_V1_ListMACPoolsRequest(), options: fleet.brief)
      let pools = try response.pools.map { try MACPoolStatus($0) }
      output.show(.listing(MACPoolStatus.listing(pools)), in: environment)
    }
  }
}

/// `roost mac pool show`
struct MACPoolShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a MAC pool: its range, what it serves, how full it is.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The pool's name.")
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    guard !name.isEmpty else { throw FleetError.usage("a pool has a name", hint: "roost mac pool list") }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listMACPools(.with { $0.name = name }, options: fleet.brief)
      guard let pool = try response.pools.first.map({ try MACPoolStatus($0) }) else {
        throw FleetError(.notFound, "there is no MAC pool \"\(name.printable)\"", hint: "roost mac pool list")
      }
      output.show(.detail(pool.view), in: environment)
    }
  }
}

extension MACPoolStatus {
  /// The pool as JSON has it.
  var outputValue: OutputValue {
    let network: OutputValue = if case .network(let name) = record.selector { .text(name) } else { .null }
    let label: OutputValue =
      if case .label(let key, let value) = record.selector { .text("\(key)=\(value)") } else { .null }
    return .object([
      "name": .text(record.pool.name), "first": .text(record.pool.first.description),
      "last": .text(record.pool.last.description), "network": network, "label": label, "size": Self.count(size),
      "allocated": Self.count(use.allocated), "reserved": Self.count(use.reserved),
      "quarantined": Self.count(use.quarantined), "observed": Self.count(use.observed), "free": Self.count(free),
      "utilisation": .number(share), "cursor": Self.count(record.cursor),
      "runs_out_in_seconds": runsOutInSeconds.map { .number($0) } ?? .null, "created_at": .time(record.createdAt),
    ])
  }

  private var size: UInt64 { record.pool.count }

  /// How much of it is in use, 0 to 1.
  private var share: Double { min(1, Double(use.used) / Double(size)) }

  private static func count(_ number: UInt64) -> OutputValue { .integer(Int64(clamping: number)) }

  private var percent: String { "\(PlacementDecision.short((share * 1000).rounded() / 10)) %" }

  private var end: String { runsOutInSeconds.map { Age.text(seconds: $0) } ?? "-" }

  /// The pools as a listing.
  static func listing(_ pools: [MACPoolStatus]) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 16), .init("FIRST"), .init("LAST", drop: 1), .init("SERVES", cut: 12),
        .init("FREE", right: true),
        .init("USED", right: true, csv: "utilisation"),
        .init("RUNS OUT IN", right: true, csv: "runs_out_in_seconds"), .init("ALLOCATED", wide: true, right: true),
        .init("RESERVED", wide: true, right: true), .init("QUARANTINED", wide: true, right: true),
        .init("OBSERVED", wide: true, right: true),
      ],
      rows: pools.map { pool in
        Listing.Row(
          name: pool.record.pool.name,
          cells: [
            .init(pool.record.pool.name), .init(pool.record.pool.first.description),
            .init(pool.record.pool.last.description), .init(pool.record.selector.description),
            .init(String(pool.free), pool.free == 0 ? .bad : .plain), .init(pool.percent, raw: .number(pool.share)),
            .init(pool.end, raw: pool.runsOutInSeconds.map { .number($0) } ?? .null),
            .init(String(pool.use.allocated)), .init(String(pool.use.reserved)), .init(String(pool.use.quarantined)),
            .init(String(pool.use.observed)),
          ], outputValue: pool.outputValue)
      }, empty: "no MAC pools")
  }

  /// The view for people.
  var view: Detail {
    Detail(
      name: record.pool.name,
      lines: [
        .field("name", .init(record.pool.name, .heading)),
        .field("range", .init("\(record.pool.first) to \(record.pool.last), \(size) addresses")),
        .field("serves", .init(record.selector.description)),
        .field("allocated", .init(String(use.allocated))), .field("reserved", .init(String(use.reserved))),
        .field("quarantined", .init(String(use.quarantined))), .field("observed", .init(String(use.observed))),
        .field("free", .init(String(free), free == 0 ? .bad : .plain)), .field("used", .init(percent)),
        .field("runs out in", .init(end)), .field("made", .init(record.createdAt.description)),
      ], outputValue: outputValue)
  }
}
