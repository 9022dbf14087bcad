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

  func run(in environment: CommandEnvironment) async throws {
    let pattern = try MACPattern(mac)
    try await environment.withFleet(connection) { fleet in
      let response = try await fleet.addresses.findMACs(.with { $0.query = mac }, options: fleet.brief)
      let reports = try response.reports.map { try MACDetails($0) }
      guard let first = reports.first else {
        let subject = pattern.address.map { "the MAC address \($0)" } ?? "a MAC address with \"\(mac.printable)\" in it"
        throw FleetError(.notFound, "nobody has \(subject)", hint: "roost mac list")
      }
      let now = environment.clock.now()
      guard reports.count > 1 else { return output.show(.detail(first.view(at: now)), in: environment) }
      output.show(.listing(MACDetails.listing(reports, at: now)), in: environment)
    }
  }
}

extension MACDetails {
  /// The report as `roost mac show -o json` has it: the listing's fields and more.
  var outputValue: OutputValue {
    entry.outputValue.adding(["places": .list(places.map(\.outputValue)), "history": .list(history.map(\.outputValue))])
  }

  /// The view for people.
  func view(at now: Timestamp) -> Detail {
    var lines = entry.lines(at: now)
    if !places.isEmpty {
      lines.append(.section("plugged in"))
      lines += places.map { .text(.init($0.line(at: now))) }
    }
    if !history.isEmpty {
      lines.append(.section("history"))
      lines += history.map { .text(.init($0.line)) }
    }
    return Detail(name: entry.span, lines: lines, outputValue: outputValue)
  }

  /// Several as a listing.
  static func listing(_ reports: [MACDetails], at now: Timestamp) -> Listing {
    let plain = MACLedgerEntry.listing(reports.map(\.entry), at: now, empty: "no MAC addresses")
    let rows = zip(plain.rows, reports).map { row, report in
      Listing.Row(name: row.name, cells: row.cells, outputValue: report.outputValue)
    }
    return Listing(columns: plain.columns, rows: rows, empty: plain.empty)
  }
}

extension MACAttachment {
  /// The place as JSON has it.
  var outputValue: OutputValue {
    .object([
      "owner": owner.outputValue, "network": .optional(network), "bridge": .optional(bridge),
      "addresses": .list(addresses.map(\.outputValue)), "running": .flag(isRunning), "seen_at": .time(seenAt),
    ])
  }

  /// The place on one line.
  func line(at now: Timestamp) -> String {
    let plug = network.isEmpty ? (bridge.isEmpty ? "" : "bridge \(bridge)") : "network \(network)"
    let over = network.isEmpty || bridge.isEmpty ? "" : "bridge \(bridge)"
    let state = "\(isRunning ? "running" : "stopped"), seen \(Age.text(of: seenAt, at: now))"
    return ([owner.description, plug, over, state] + addresses.map(\.text)).filter { !$0.isEmpty }
      .joined(separator: "  ")
  }
}

extension MACHolding {
  /// The period as JSON has it.
  var outputValue: OutputValue {
    .object([
      "owner": owner.outputValue, "state": .text(state.rawValue), "source": .optional(source), "from": .time(from),
      "to": .time(to), "network": .optional(network), "bridge": .optional(bridge),
    ])
  }

  /// The period on one line.
  var line: String {
    let plug = network.isEmpty ? (bridge.isEmpty ? "" : "bridge \(bridge)") : "network \(network)"
    return ["\(from) to \(to?.description ?? "now")", state.rawValue, owner.description, plug]
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }
}

extension NICAddress {
  /// The address as JSON has it.
  var outputValue: OutputValue { .object(["ip": .text(ip), "source": .text(source)]) }

  /// The address with its source.
  var text: String { "\(ip) (\(source))" }
}
