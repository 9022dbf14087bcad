internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost port`
struct PortCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "port", abstract: "The ledger of VNC ports.",
    subcommands: [PortListCommand.self, PortShowCommand.self, PortRangeCommand.self])
}

/// `roost port list`
struct PortListCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the VNC ports of the fleet.", aliases: ["ls"])

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @OptionGroup var filter: LedgerFilter

  func run(in environment: CommandEnvironment) async throws {
    let (host, state) = (filter.host ?? "", try filter.checkedState())
    try await environment.withFleet(connection) { fleet in
      try await output.show(in: environment, of: fleet) { options, read in
        let request = Roost_V1_ListPortsRequest.with { ($0.host, $0.state) = (host, state) }
        try await fleet.addresses.listPorts(request.inPages, options: options, onResponse: read)
      } listing: { page in
        // A coordinator that is older than the filter sends all ports.
        PortEntry.listing(
          try page.ports.map { try PortEntry($0) }.filter { $0.isLike(host: host, state: state) })
      }
    }
  }
}

/// `roost port show`
struct PortShowCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show the present and former owners of a VNC port.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The TCP port.")
  var port: String

  func run(in environment: CommandEnvironment) async throws {
    guard let port = UInt16(port), port > 0 else {
      throw FleetError.usage("\"\(port.printable)\" is not a TCP port")
    }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.listPorts(.with { $0.port = UInt32(port) }, options: fleet.brief)
      let history = try response.history.map { try PortEntry($0) }
      guard let entry = try response.ports.first.map({ try PortEntry($0) }) ?? history.last else {
        throw FleetError(.notFound, "no VM has the port \(port)", hint: "roost port list")
      }
      output.show(.detail(entry.view(history: history, at: environment.clock.now())), in: environment)
    }
  }
}

/// `roost port range`
struct PortRangeCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "range", abstract: "Show or change the range of VNC ports for new VMs.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: ArgumentHelp("FIRST-LAST, such as 5900-32767; without it the range is shown.", valueName: "range"))
  var range: String?

  func run(in environment: CommandEnvironment) async throws {
    let ends = try range.map { try Self.ends($0) }
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.setPortRange(
        .with {
          $0.requestID = environment.newRequestID()
          $0.first = UInt32(ends?.first ?? 0)
          $0.last = UInt32(ends?.last ?? 0)
        }, options: fleet.brief)
      for warning in response.warnings { environment.note(warning) }
      let text = "\(response.first)-\(response.last)"
      let outputValue = OutputValue.object([
        "first": .integer(Int64(response.first)), "last": .integer(Int64(response.last)),
        "warnings": .texts(response.warnings),
      ])
      let detail = Detail(name: text, lines: [.field("range", .init(text))], outputValue: outputValue)
      guard range != nil else { return output.show(.detail(detail), in: environment) }
      output.confirm("new VMs are given VNC ports \(text)", .detail(detail), in: environment)
    }
  }

  private static func ends(_ text: String) throws -> (first: UInt16, last: UInt16) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0 else {
      throw FleetError.usage(
        "\"\(text.printable)\" is not a range of ports", hint: "write FIRST-LAST, such as 5900-32767")
    }
    return (first, last)
  }
}

extension PortEntry {
  /// The entry as `roost port list -o json` has it.
  var outputValue: OutputValue {
    .object([
      "port": .count(port), "state": .text(state.rawValue), "vm": .optional(vm), "host": .optional(host),
      "since": .time(since), "until": .time(until),
    ])
  }

  /// The entries as a listing.
  static func listing(_ entries: [PortEntry]) -> Listing {
    Listing(
      columns: [.init("PORT", right: true), .init("STATE"), .init("VM", cut: 24), .init("HOST", cut: 16)],
      rows: entries.map { entry in
        Listing.Row(
          name: String(entry.port),
          cells: [
            .init(String(entry.port)), .init(entry.state.rawValue, entry.state == .conflict ? .bad : .plain),
            .init(entry.vm), .init(entry.host),
          ], outputValue: entry.outputValue)
      }, empty: "no VNC ports")
  }

  /// The view for people, with all owners that it ever had.
  func view(history: [PortEntry], at now: Timestamp) -> Detail {
    var lines: [Detail.Line] = [
      .field("port", .init(String(port), .heading)), .field("state", .init(state.rawValue)),
      .field("vm", .init(vm)), .field("host", .init(host)),
    ]
    if let since { lines.append(.field("since", .init(since.description))) }
    if let until { lines.append(.field("until", .init(until.description))) }
    if !history.isEmpty {
      lines.append(.section("history"))
      lines += history.map { entry in
        let from = entry.since?.description ?? "?"
        return .text(.init("\(from) to \(entry.until?.description ?? "now")  \"\(entry.vm)\" on \(entry.host)"))
      }
    }
    return Detail(
      name: String(port), lines: lines, outputValue: outputValue.adding(["history": .list(history.map(\.outputValue))]))
  }
}
