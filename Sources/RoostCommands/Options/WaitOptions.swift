internal import ArgumentParser

/// Whether a command waits for what it asked for.
struct WaitOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the operation's id and do not wait for its end.")
  var noWait = false
}
