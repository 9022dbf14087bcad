internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import Platform
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost adopt`
struct AdoptCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Make unmanaged VMs managed, in place.",
    discussion: """
      Running or off, nothing of the guest changes: its definition gets Roost's mark in its <metadata>, and its MAC \
      addresses and VNC port are written into the ledger. roost release NAME reverses it.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions
  @OptionGroup var confirmation: ConfirmationOptions

  @Option(help: "The host that has it.", completion: .hosts)
  var host: String?

  @Flag(name: .long, help: "Every unmanaged VM of the host, or of all hosts.")
  var all = false

  @Flag(name: .long, help: "Only show the result that it would have.")
  var dryRun = false

  @Flag(name: .long, help: "Make it the owner of its addresses although another unmanaged VM has one of them.")
  var acceptConflicts = false

  @Argument(help: "Names or ids of VMs.", completion: .vms)
  var names: [String] = []

  func validate() throws {
    guard all != !names.isEmpty else { throw ValidationError("name VMs, or give --all") }
  }

  func run(in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      let verdicts = try await plan(fleet)
      if dryRun { return try show(verdicts, in: environment) }
      guard all else { return try await adopt(names.map { ($0, host ?? "") }, fleet, environment) }
      let able = verdicts.filter { !$0.hasFailure }
      for verdict in verdicts where verdict.hasFailure {
        output.report(try FleetError(verdict.failure), in: environment)
      }
      guard !verdicts.isEmpty else { return environment.note("every VM is managed already") }
      if !able.isEmpty {
        try confirmation.confirm("adopt \(able.count) of \(verdicts.count) unmanaged VMs", in: environment)
        do {
          try await adopt(able.map { ($0.id, $0.host) }, fleet, environment)
        } catch let error as FleetError where able.count < verdicts.count {
          output.report(error, in: environment)
          throw CommandExit(status: .failed)
        }
      }
      guard able.count == verdicts.count else { throw CommandExit(status: able.isEmpty ? .conflict : .partlyFailed) }
    }
  }

  private func plan(_ fleet: FleetClient) async throws -> [Roost_V1_AdoptionVerdict] {
    guard all || dryRun else { return [] }
    var verdicts: [Roost_V1_AdoptionVerdict] = []
    for name in all ? [""] : names {
      let response = try await fleet.adoption.plan(
        .with {
          $0.host = host ?? ""
          $0.vm = name
          $0.acceptConflicts = acceptConflicts
        }, options: fleet.stream)
      verdicts += response.verdicts
    }
    return verdicts
  }

  /// Shows the verdicts; the status says whether all, some or none can be adopted.
  private func show(_ verdicts: [Roost_V1_AdoptionVerdict], in environment: CommandEnvironment) throws {
    let views = try verdicts.map { try AdoptionView($0) }
    output.show(.listing(AdoptionView.listing(views)), in: environment)
    let refused = views.compactMap(\.failure)
    guard let first = refused.first else { return }
    guard refused.count == views.count else { throw CommandExit(status: .partlyFailed) }
    throw CommandExit(status: views.count == 1 ? ExitStatus(first.code) : .conflict)
  }

  private func adopt(_ wanted: [(vm: String, host: String)], _ fleet: FleetClient, _ environment: CommandEnvironment)
    async throws
  {
    let follower = OperationFollower(
      client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
    let hosts = Dictionary(wanted.map { ($0.vm, $0.host) }, uniquingKeysWith: { first, _ in first })
    try await Batch(client: fleet, environment: environment, output: output)(wanted.map(\.vm)) { vm in
      let response = try await fleet.adoption.adopt(
        .with {
          $0.requestID = environment.newRequestID()
          $0.vm = vm
          $0.host = hosts[vm] ?? ""
          $0.acceptConflicts = acceptConflicts
        }, options: fleet.stream)
      let name = response.operation.vm
      if !output.quiet { for note in response.notes { environment.note(all ? "\(name): \(note)" : note) } }
      guard let operation = try await follower.follow(response.operation) else { return }
      output.confirm(
        "\(operation.subject) on \(operation.host) is managed", .detail(operation.view(at: environment.clock.now())),
        in: environment)
    }
  }
}

/// The result that adopting one VM would have.
struct AdoptionView: Sendable {
  private let message: Roost_V1_AdoptionVerdict
  /// Why it can't be adopted; nil if it can.
  let failure: FleetError?

  /// Reads an answer of the coordinator.
  init(_ message: Roost_V1_AdoptionVerdict) throws(FleetError) {
    self.message = message
    failure = message.hasFailure ? try FleetError(message.failure) : nil
  }

  /// The verdicts as a table.
  static func listing(_ views: [AdoptionView]) -> Listing {
    Listing(
      columns: [
        .init("NAME", cut: 24), .init("HOST", cut: 16), .init("VERDICT"), .init("VNC", right: true, drop: 1),
        .init("MACS", wide: true), .init("NOTE", cut: 16),
      ],
      rows: views.map(\.row), empty: "no unmanaged VMs")
  }

  private var row: Listing.Row {
    let note = failure?.message ?? message.notes.joined(separator: "; ")
    return Listing.Row(
      name: message.name,
      cells: [
        .init(message.name), .init(message.host), .init(verdict, failure == nil ? .good : .bad),
        .init(message.vncPort == 0 ? "" : String(message.vncPort)),
        .init(message.macs.joined(separator: ",")), .init(note),
      ], outputValue: outputValue)
  }

  private var verdict: String {
    guard let failure else { return "adopt" }
    return failure.code == .conflict ? "conflict" : "refuse"
  }

  private var outputValue: OutputValue {
    .object([
      "name": .text(message.name), "id": .text(message.id), "host": .text(message.host), "verdict": .text(verdict),
      "macs": .list(message.macs.map { .text($0) }),
      "vnc_port": message.vncPort == 0 ? .null : .integer(Int64(message.vncPort)),
      "notes": .list(message.notes.map { .text($0) }),
      "error": failure.map {
        .object(["code": .text($0.code.rawValue), "message": .text($0.message), "hint": .text($0.hint)])
      }
        ?? .null,
    ])
  }
}
