internal import ArgumentParser
internal import Fleet

/// Whether to show a listing once or keep it up to date.
struct WatchOptions: ParsableArguments {
  @Flag(name: [.customShort("w"), .long], help: "Redraw every second; JSON lines if output is no terminal.")
  var watch = false

  /// Shows what `fetch` returns, once or until the user stops it.
  func show(
    _ output: OutputOptions, in environment: CommandEnvironment, fetch: @Sendable () async throws -> View
  ) async throws {
    guard watch else {
      output.show(try await fetch(), in: environment)
      return
    }
    var last: View?
    while environment.output.isOpen {
      let view = try await fetch()
      if environment.output.isTerminal {
        environment.output.write("\u{1B}[H\u{1B}[2J")
        output.show(view, in: environment)
      } else if view != last {
        environment.output.writeLine(view.outputValue.compactJSON)
      }
      last = view
      try await Task.sleep(for: .seconds(1))
    }
  }
}

/// Whether a command waits for its operation.
struct WaitOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the operation's id and do not wait for its end.")
  var noWait = false
}
