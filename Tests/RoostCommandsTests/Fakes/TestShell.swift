import Fleet
import Synchronization

@testable import RoostCommands

/// A place to run commands at: surroundings that keep what is said.
struct TestShell {
  var output = MemorySink()
  let errors = MemorySink()
  var variables: [String: String] = ["HOME": "/nonexistent"]
  var program: String?

  /// Runs a command and returns its exit status.
  func run(_ arguments: String...) async -> Int32 {
    await run(words: arguments)
  }

  /// Runs a command that is there as its words.
  func run(words: [String]) async -> Int32 {
    await RoostTool.run(words, in: environment)
  }

  var environment: CommandEnvironment {
    var environment = CommandEnvironment(
      variables: variables, clock: StoppedClock(), random: CountingSource(), output: output, errors: errors,
      inputIsTerminal: false, isRoot: false)
    environment.program = program
    return environment
  }
}

/// A clock that stands at noon of the last day of 2026.
struct StoppedClock: WallClock {
  static let noon = Timestamp(seconds: 1_798_718_400)

  func now() -> Timestamp { Self.noon }
}

/// Numbers in order instead of random ones.
final class CountingSource: RandomSource {
  private let last = Mutex<UInt64>(0)

  func next() -> UInt64 {
    last.withLock { last in
      last += 1
      return last
    }
  }
}
