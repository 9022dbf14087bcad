internal import ArgumentParser
internal import Fleet

/// Whether a listing is shown once or kept up to date.
struct WatchOptions: ParsableArguments {
  @Flag(name: [.customShort("w"), .long], help: "Redraw every second; JSON lines if output is no terminal.")
  var watch = false

  /// Shows what `fetch` yields, once or until somebody stops it.
  func show(
    _ output: OutputOptions, in world: Surroundings, fetch: @Sendable () async throws -> View
  ) async throws {
    guard watch else {
      output.show(try await fetch(), in: world)
      return
    }
    var last: View?
    while world.output.isOpen {
      let view = try await fetch()
      if world.output.isTerminal {
        world.output.write("\u{1B}[H\u{1B}[2J")
        output.show(view, in: world)
      } else if view != last {
        world.output.writeLine(view.tree.compactJSON)
      }
      last = view
      try await Task.sleep(for: .seconds(1))
    }
  }
}
