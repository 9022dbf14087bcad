internal import ArgumentParser

/// Where a new VM may go.
struct PlacementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The only host allowed now; it stays movable later, unlike with --pinned.", valueName: "host"),
    completion: .hosts)
  var host: String?

  @Option(help: "How to choose among hosts: spread, pack, balanced or power (default: what the fleet aims for).")
  var policy: VMOrder.Policy?

  @Flag(name: .long, help: "Show the decision with every host's reasons, and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Leave the new VM off.")
  var noStart = false
}

extension VMOrder.Policy: ExpressibleByArgument {}
