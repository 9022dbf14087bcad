internal import ArgumentParser
internal import Fleet

/// Whether to show a listing once or keep it up to date.
struct WatchOptions: ParsableArguments {
  @Flag(name: [.customShort("w"), .long], help: "Redraw every second; JSON lines if the output is not a terminal.")
  var watch = false

  /// Shows what `fetch` returns, once or until the user stops it.
  func show(
    _ output: OutputOptions, in environment: CommandEnvironment, fetch: @Sendable () async throws -> View
  ) async throws {
    guard watch else { return output.show(try await fetch(), in: environment) }
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

extension WatchOptions {
  /// Shows a listing that comes in pages: once, as the pages come; or whole, again and again.
  func show<Page: Sendable>(
    _ output: OutputOptions, in environment: CommandEnvironment, of fleet: FleetClient,
    _ call: @escaping FleetClient.ListingCall<Page>,
    listing: @Sendable @escaping (Page) throws -> Listing
  ) async throws {
    guard watch else { return try await output.show(in: environment, of: fleet, call, listing: listing) }
    try await show(output, in: environment) {
      .listing(
        Listing(
          joining: try await fleet.pages(into: [], call) { parts, page in
            parts.append(try listing(page))
            return true
          }))
    }
  }
}

/// Whether a command waits for its operation.
struct WaitOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the operation's id and do not wait for its end.")
  var noWait = false
}
