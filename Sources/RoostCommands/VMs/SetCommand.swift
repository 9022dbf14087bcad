internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost set`
struct SetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a VM's requirements on hosts, or its display; it stays where it is.",
    discussion: """
      group=NAME,…  require=LABEL[=VALUE],…  avoid=LABEL[=VALUE],…
      pinned=true|false  one_cell=true|false  cpu_model=MODEL
      devices=KIND=N,…  pools=NAME=SIZE,…  vlans=N,…  huge_page=SIZE|default
      An empty value takes away what was asked for.
      vnc=port|socket|none, while the VM is off: a VNC display at a TCP port, on a unix socket of its host, or none
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  @Argument(
    help: ArgumentHelp("What to change.", valueName: "key=value"),
    completion: .list(VNCMode.allCases.map { "vnc=\($0.rawValue)" }))
  var settings: [String] = []

  func run(in environment: CommandEnvironment) async throws {
    let displays = settings.filter { $0.hasPrefix("vnc=") }
    let others = settings.filter { !$0.hasPrefix("vnc=") }
    guard displays.count <= 1 else { throw FleetError.usage("vnc occurs twice") }
    guard displays.isEmpty || others.isEmpty else {
      throw FleetError.usage("vnc is changed by itself, since its host has to do it", hint: "roost set NAME vnc=socket")
    }
    let mode = try displays.first.map { try VNCMode(setting: $0) }
    let constraints = try mode == nil ? ConstraintSettings(others) : nil
    try await environment.withFleet(connection) { fleet in
      if let constraints { try await set(constraints, fleet, in: environment) }
      if let mode { try await set(mode, fleet, in: environment) }
    }
  }

  private func set(_ mode: VNCMode, _ fleet: FleetClient, in environment: CommandEnvironment) async throws {
    let request = Roost_V1_SetVNCRequest.with {
      $0.requestID = environment.newRequestID()
      $0.vm = name
      $0.mode = mode.rawValue
    }
    let response = try await fleet.vms.setVNC(request, options: fleet.brief)
    let follower = OperationFollower(
      client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait)
    guard let ended = try await follower.follow(response.operation) else { return }
    let detail = Detail(
      name: ended.subject, lines: [],
      outputValue: .object([
        "name": .text(ended.subject), "host": .text(ended.host), "vnc": .text(mode.rawValue),
      ]))
    output.confirm("\(ended.subject) has \(mode.sentence)", .detail(detail), in: environment)
  }

  private func set(
    _ settings: ConstraintSettings, _ fleet: FleetClient, in environment: CommandEnvironment
  ) async throws {
    let present = try VMDetail(try await fleet.vms.get(.with { $0.vm = name }, options: fleet.brief))
    let wanted = try settings.applied(to: present.constraints)
    let response = try await fleet.planning.setConstraints(
      .with {
        $0.requestID = environment.newRequestID()
        $0.vm = present.vm.id.description
        $0.constraints = wanted.message
      }, options: fleet.brief)
    let constraints = try PlacementConstraints(response.constraints, at: FieldPath("constraints"))
    if !response.refusal.isEmpty, !output.quiet {
      environment.note(
        "\(response.host) would refuse \(response.vm) now, \(response.refusal); it stays there until you move it")
    }
    let texts = constraints.lines.compactMap { line in
      if case .field(let title, let cell) = line { "\(title) \(cell.text)" } else { nil }
    }
    let outputValue: OutputValue = .object([
      "name": .text(response.vm), "host": .text(response.host), "constraints": constraints.outputValue,
    ])
    output.confirm(
      texts.isEmpty
        ? "\(response.vm) has no requirements on hosts" : "\(response.vm) requires: \(texts.joined(separator: "; "))",
      .detail(Detail(name: response.vm, lines: constraints.lines, outputValue: outputValue)), in: environment)
  }
}

extension VNCMode {
  /// Reads `vnc=MODE`.
  fileprivate init(setting: String) throws(FleetError) {
    let value = String(setting.dropFirst("vnc=".count))
    guard let mode = VNCMode(rawValue: value) else {
      throw .usage("vnc is \"\(value.printable)\"; it is port, socket or none", hint: "roost set NAME vnc=socket")
    }
    self = mode
  }
}
