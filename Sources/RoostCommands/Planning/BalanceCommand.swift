internal import ArgumentParser
internal import Fleet
internal import Scheduling

/// `roost balance`
struct BalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance", abstract: "Even out the use of the hosts.", subcommands: [BalancePlanCommand.self])
}

/// `roost balance plan`
struct BalancePlanCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show the moves that would even out the fleet; nothing moves.")

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var planning: PlanningOptions
  @OptionGroup var limits: MoveOptions

  func run(in environment: CommandEnvironment) async throws {
    let fleet = try await planning.load(connection, in: environment)
    let limits = try limits.limits()
    let start = environment.clock.now()
    let plan = BalancePlan.plan(for: fleet.hosts, under: fleet.policy, limits: limits)
    let elapsed = environment.clock.now().seconds(since: start)
    output.show(.detail(plan.view(elapsedSeconds: elapsed)), in: environment)
  }
}
