internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost set`
struct SetCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change what a VM asks of hosts; it stays where it is.",
    discussion: """
      group=NAME,…  require=LABEL[=VALUE],…  avoid=LABEL[=VALUE],…
      pinned=true|false  one_cell=true|false  cpu_model=MODEL
      devices=KIND=N,…  pools=NAME=SIZE,…  vlans=N,…  huge_page=SIZE|default
      An empty value takes away what was asked for.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The VM's name or id.", completion: .vms)
  var name: String

  @Argument(help: ArgumentHelp("What to change.", valueName: "key=value"))
  var settings: [String] = []

  func run(in environment: CommandEnvironment) async throws {
    let settings = try ConstraintSettings(settings)
    try await environment.withFleet(connection) { fleet in
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
          ? "\(response.vm) asks nothing of hosts" : "\(response.vm) asks: \(texts.joined(separator: "; "))",
        .detail(Detail(name: response.vm, lines: constraints.lines, outputValue: outputValue)), in: environment)
    }
  }
}
