import Fleet
import Foundation
import Platform
import RoostCommands

// If the reader is gone (`roost events -f | head`), a write fails instead of ending the process.
signal(SIGPIPE, SIG_IGN)

// One connection needs one event loop, not one for each processor; keeps a number that the user set.
setenv("NIO_SINGLETON_GROUP_LOOP_COUNT", "1", 0)

var environment = CommandEnvironment(
  variables: ProcessInfo.processInfo.environment, clock: SystemClock(), random: SystemRandomSource(),
  output: StandardStream.output(), errors: StandardStream.errors(), inputIsTerminal: isatty(STDIN_FILENO) == 1,
  isRoot: geteuid() == 0)

environment.program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
environment.showPage = { file in
  var words: [UnsafeMutablePointer<CChar>?] = [strdup("man"), strdup(file), nil]
  return execvp("man", &words) == 0
}

exit(await RoostTool.run(Array(CommandLine.arguments.dropFirst()), in: environment))
