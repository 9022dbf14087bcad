internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost settle`
struct SettleCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Show what a restored coordinator waits for, and where it and the hosts differ.",
    discussion: """
      A coordinator whose database is older than the fleet hands nothing out until every known host has reported. \
      --force ends that before: addresses that only silent hosts know may then be handed out twice. A host's record of \
      how far the fleet has come counts only with a coordinator's signature, which agents of early releases do not \
      keep: --believe accepts the record of such a host.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Flag(name: .long, help: "End settling without the hosts that have not reported.")
  var force = false

  @Option(name: .long, help: "Accept a host's unsigned record of how far the fleet has come.", completion: .hosts)
  var believe: String?

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      var response = try await fleet.settling.show(.init(), options: fleet.brief)
      if let believe {
        try confirmation.confirm("believe host \"\(believe)\"", in: environment)
        response = try await fleet.settling.believe(.with { $0.host = believe }, options: fleet.brief)
      }
      if force {
        if !response.waiting.isEmpty {
          try confirmation.confirm("settle without \(response.waiting.joined(separator: ", "))", in: environment)
        }
        response = try await fleet.settling.finish(.init(), options: fleet.brief)
      }
      output.show(.detail(SettlingView(response).view), in: environment)
    }
  }
}

/// What a restored coordinator waits for, and how its database and the hosts differ.
struct SettlingView: Sendable {
  private let message: Roost_V1_SettlingResponse

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_SettlingResponse) {
    self.message = message
  }

  /// The view for people and its JSON.
  var view: Detail {
    var lines: [Detail.Line] = []
    if message.settling {
      lines = [
        .field("settling", .init("since \(since): \(message.reason)", .caution)),
        .field("reported", .init(Self.names(message.reported))),
        .field(
          "waiting for",
          .init(message.rebuilding ? "roost settle --force, once all are there" : waiting)),
      ]
      for name in message.revoked {
        let quoted = name.shellQuoted
        let remedy =
          "\(name) can't report; go on without its claims: roost host disregard \(quoted); or let it go with all it "
          + "had: roost host remove --lost \(quoted)"
        lines.append(.field("revoked", .init(remedy, .bad)))
      }
    } else {
      lines = [.field("settling", .init("no", .good))]
    }
    if !message.unproven.isEmpty {
      let names = Self.names(message.unproven)
      lines.append(.field("unproven", .init("\(names) remember more than the database has, without proof", .caution)))
    }
    lines.append(.section("where the database and the hosts differ"))
    if message.differences.isEmpty { lines.append(.text("nowhere")) }
    for difference in message.differences { lines.append(.text(.init(difference.detail, .caution))) }
    return Detail(name: "settling", lines: lines, outputValue: outputValue)
  }

  private var outputValue: OutputValue {
    .object([
      "settling": .flag(message.settling), "since": message.settling ? .time(since) : .null,
      "reason": message.settling ? .text(message.reason) : .null, "rebuilding": .flag(message.rebuilding),
      "reported": .list(message.reported.map { .text($0) }), "waiting": .list(message.waiting.map { .text($0) }),
      "revoked": .texts(message.revoked),
      "unproven": .texts(message.unproven),
      "differences": .list(
        message.differences.map { difference in
          .object([
            "kind": .text(difference.kind), "vm": .text(difference.vm), "vm_id": .text(difference.vmID),
            "believed": difference.believed.isEmpty ? .null : .text(difference.believed),
            "seen": difference.seen.isEmpty ? .null : .text(difference.seen), "detail": .text(difference.detail),
          ])
        }),
    ])
  }

  private var waiting: String {
    let revoked = Set(message.revoked)
    return Self.names(message.waiting.map { revoked.contains($0) ? "\($0) (revoked)" : $0 })
  }

  private var since: Timestamp { Timestamp(milliseconds: max(0, message.since)) }

  private static func names(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
