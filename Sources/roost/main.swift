import Fleet
import Foundation
import RoostCommands

// A reader that goes away (`roost events -f | head`) ends a write with an error, not the process.
signal(SIGPIPE, SIG_IGN)

let surroundings = Surroundings(
  environment: ProcessInfo.processInfo.environment, clock: SystemWallClock(), random: SystemRandomSource(),
  output: StandardStream.output(), errors: StandardStream.errors(), inputIsTerminal: isatty(STDIN_FILENO) == 1,
  isRoot: geteuid() == 0)

exit(await RoostTool.run(Array(CommandLine.arguments.dropFirst()), in: surroundings))
