internal import ArgumentParser
internal import Fleet
internal import Scheduling

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

  func run(in world: Surroundings) async throws {
    guard plan else {
      throw FleetError.usage(
        "\"roost host drain\" without --plan is not in this version",
        hint: "meanwhile: roost host cordon HOST, and roost host drain --plan HOST")
    }
    let fleet = try await planning.load(connection, in: world)
    guard fleet.hosts.contains(where: { $0.name == name }) else {
      throw FleetError(.notFound, "there is no host \"\(name.printable)\"", hint: "list them: roost host list")
    }
    let drain = DrainPlan.plan(name, among: fleet.hosts, under: fleet.policy, limits: try limits.limits())
    output.show(.detail(drain.view), in: world)
    guard drain.isComplete else { throw Ended(status: .noHostFits) }
  }
}
