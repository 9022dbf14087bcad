internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost mac list`
struct MACListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the MAC addresses of managed and observed VMs.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var filter: LedgerFilter

  func run(in environment: CommandEnvironment) async throws {
    let state = try filter.checkedState()
    try await MACLedgerEntry.show(
      .with { ($0.host, $0.state) = (filter.host ?? "", state) }, connection, output, empty: "no MAC addresses",
      in: environment)
  }
}

/// Which addresses of the ledger to list.
struct LedgerFilter: ParsableArguments {
  @Option(help: ArgumentHelp("Only those of this host.", valueName: "host"), completion: .hosts)
  var host: String?

  @Option(help: ArgumentHelp("Only those in this state, such as quarantined.", valueName: "state"))
  var state: String?

  /// The state's name, or an empty text.
  func checkedState() throws(FleetError) -> String {
    guard let state else { return "" }
    return try LedgerState(named: state).rawValue
  }
}

/// `roost mac conflicts`
struct MACConflictsCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "conflicts", abstract: "List the MAC addresses that more than one VM has.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  func run(in environment: CommandEnvironment) async throws {
    try await MACLedgerEntry.show(
      .with { $0.conflictsOnly = true }, connection, output, empty: "no conflicts", in: environment)
  }
}

extension MACLedgerEntry {
  /// Prints the requested part of the ledger.
  fileprivate static func show(
    _ request: Roost_V1_ListMACsRequest, _ connection: ConnectionOptions, _ output: OutputOptions, empty: String,
    in environment: CommandEnvironment
  ) async throws {
    try await environment.withFleet(connection) { fleet in
      try await output.show(in: environment, of: fleet) { options, read in
        try await fleet.addresses.listMACs(request.inPages, options: options, onResponse: read)
      } listing: { page in
        // A coordinator that is older than the filter sends all addresses.
        let entries = try page.macs.map { try MACLedgerEntry($0) }
          .filter { $0.isLike(host: request.host, state: request.state) }
        return listing(
          entries.sorted { $0.mac < $1.mac }, at: environment.clock.now(), empty: empty,
          cells: output.output.hasCells, values: output.output.hasValues)
      }
    }
  }
}

extension MACLedgerEntry {
  /// The entry as `roost mac list -o json` has it.
  var outputValue: OutputValue {
    .object([
      "mac": .text(mac.description), "state": .text(state.rawValue), "owner": owner.outputValue, "since": .time(since),
      "until": .time(until), "source": .optional(source), "claimants": .list(claimants.map(\.outputValue)),
      "last": last.map { .text($0.description) } ?? .null, "kind": conflict.map { .text($0.kind.rawValue) } ?? .null,
      "sentence": conflict.map { .text($0.sentence) } ?? .null,
      "double_run": conflict.map { .flag($0.isDoubleRun) } ?? .null, "left_behind": .flag(isLeftBehind),
    ])
  }

  /// The address, or both ends of a range.
  var span: String { last.map { "\(mac)-\($0)" } ?? mac.description }

  /// The end with the time until it, or empty.
  func end(at now: Timestamp) -> String {
    guard let until else { return "" }
    let left = until.seconds(since: now)
    return left > 0 ? "\(until) (\(Age.left(seconds: left)) left)" : "\(until) (over)"
  }

  /// All its owners, on one line.
  var owners: String {
    claimants.count > 1 ? claimants.map(\.description).joined(separator: ", ") : owner.description
  }

  /// The entries as a listing.
  /// - Parameters:
  ///   - cells: true if rows need their cells.
  ///   - values: true if rows need their values.
  static func listing(
    _ entries: [MACLedgerEntry], at now: Timestamp, empty: String, cells: Bool = true, values: Bool = true
  ) -> Listing {
    Listing(
      columns: [
        .init("MAC"), .init("STATE"), .init("VM", cut: 16), .init("HOST", cut: 12), .init("SINCE", drop: 3),
        .init("UNTIL", drop: 1),
        .init("SOURCE", wide: true), .init("KIND", drop: 2), .init("CLAIMANTS", cut: 12),
      ],
      rows: entries.map { entry in
        Listing.Row(
          name: entry.mac.description, cells: cells ? entry.cells(at: now) : [],
          outputValue: values ? entry.outputValue : .null)
      }, empty: empty)
  }

  private func cells(at now: Timestamp) -> [Listing.Cell] {
    [
      .init(span), .init(state.rawValue, state == .conflict ? .bad : .plain), .init(owner.vm), .init(owner.host),
      .init(since.description), .init(end(at: now), raw: .time(until)), .init(source),
      .init(conflict?.kind.rawValue ?? "", .bad), .init(claimants.count > 1 ? owners : "", .bad),
    ]
  }

  /// The view for people.
  func view(at now: Timestamp) -> Detail {
    Detail(name: span, lines: lines(at: now), outputValue: outputValue)
  }

  /// The same, line by line.
  func lines(at now: Timestamp) -> [Detail.Line] {
    var lines: [Detail.Line] = [
      .field("mac", .init(span, .heading)),
      .field("state", .init(state.rawValue, state == .conflict ? .bad : .plain)),
      .field("owner", .init(owner.description)), .field("since", .init(since.description)),
    ]
    if until != nil { lines.append(.field("until", .init(end(at: now)))) }
    lines.append(.field("source", .init(source)))
    if isLeftBehind {
      lines.append(
        .text(.init("its host is not in the fleet any more; a guest may still run there with it", .caution)))
    }
    if claimants.count > 1 {
      lines.append(.section("everybody who has it"))
      lines += claimants.map { .text(.init($0.description, .bad)) }
    }
    if let conflict { lines.append(.text(.init(conflict.sentence, .bad))) }
    return lines
  }
}

extension AddressOwner {
  /// The owner as JSON has it.
  var outputValue: OutputValue {
    .object(["vm": .optional(vm), "vm_id": vmID.map { .text($0.description) } ?? .null, "host": .optional(host)])
  }
}
