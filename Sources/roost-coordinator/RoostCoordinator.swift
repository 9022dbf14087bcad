import ArgumentParser
import Coordinator
import Fleet
import Platform

/// The coordinator's command line.
@main
struct RoostCoordinator: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "roost-coordinator", abstract: "Keeps a fleet's inventory, places its VMs, hands out its addresses.",
    version: "roost-coordinator \(RoostVersion.current)",
    subcommands: [Init.self, Run.self, Restore.self, Rebuild.self, Measure.self])

  static func main() async { await runProgram() }
}
