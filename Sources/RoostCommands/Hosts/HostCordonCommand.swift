internal import ArgumentParser
internal import Fleet
internal import Platform
internal import RoostAPI
internal import RoostProto
internal import Scheduling
internal import SwiftProtobuf

/// `roost host cordon`
struct HostCordonCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "cordon", abstract: "Close a host for new VMs.")

  @OptionGroup var options: CordonOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.setCordon(true, in: environment)
  }
}

/// `roost host uncordon`
struct HostUncordonCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "uncordon", abstract: "Open a host for new VMs.")

  @OptionGroup var options: CordonOptions

  func run(in environment: CommandEnvironment) async throws {
    try await options.setCordon(false, in: environment)
  }
}

/// Options of `roost host cordon` and `roost host uncordon`.
struct CordonOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "Names or ids of hosts.", completion: .hosts)
  var names: [String]

  /// Closes or opens each host.
  func setCordon(_ cordoned: Bool, in environment: CommandEnvironment) async throws {
    try await environment.withFleet(connection) { fleet in
      try await Batch(client: fleet, environment: environment, output: output)(names) { name in
        let response = try await fleet.hosts.setCordon(
          .with {
            $0.requestID = environment.newRequestID()
            $0.host = name
            $0.cordoned = cordoned
          }, options: fleet.brief)
        let host = try HostSummary(response.host)
        output.confirm(
          "\(host.name) takes \(cordoned ? "no " : "")new VMs",
          .detail(Detail(name: host.name, lines: [], outputValue: host.outputValue)), in: environment)
      }
    }
  }
}

/// `roost host drain`
struct HostDrainCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Show where each VM of a host would go.",
    discussion: "Ends with 5 if a VM finds no host. Only the plan is in this version: --plan.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup var limits: MoveOptions

  @Flag(name: .long, help: "Show every VM's verdict and target; nothing moves.")
  var plan = false

  @Argument(help: "The host to empty.", completion: .hosts)
  var name: String

  func run(in environment: CommandEnvironment) async throws {
    guard plan else {
      throw FleetError.usage(
        "\"roost host drain\" without --plan is not in this version",
        hint: "meanwhile: roost host cordon HOST, and roost host drain --plan HOST")
    }
    let fleet = try await planning.load(connection, in: environment)
    guard fleet.hosts.contains(where: { $0.name == name }) else {
      throw FleetError(.notFound, "there is no host \"\(name.printable)\"", hint: "list them: roost host list")
    }
    let drain = DrainPlan.plan(name, among: fleet.hosts, under: fleet.policy, limits: try limits.limits())
    output.show(.detail(drain.view), in: environment)
    guard drain.isComplete else { throw CommandExit(status: .noHostFits) }
  }
}
