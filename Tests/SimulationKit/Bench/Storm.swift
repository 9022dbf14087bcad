import FleetTestKit

/// Waits for the end of what follows when all hosts connect at once, and says how long it took.
struct Storm: Sendable {
  /// The coordinator is at rest below this share of a core.
  private static let restingShare = 0.25
  private static let interval = Duration.milliseconds(250)

  let coordinator: CoordinatorProcess
  let tally: LinkTally
  let hosts: Int

  /// Waits until all hosts are ready and the coordinator is at rest, and puts down what that took.
  /// - Parameter cpu: what the coordinator had used when it began.
  func measure(
    from begun: ContinuousClock.Instant, cpu: Duration, _ welcome: FleetFigure?, _ rest: FleetFigure,
    _ lost: FleetFigure, ready: FleetFigure? = nil, _ table: inout FleetTable
  ) async {
    var readyAfter: Duration?
    do {
      let limit = begun + FleetBenchmark.patience
      while true {
        try await waitUntilReady(until: limit)
        readyAfter = readyAfter ?? ContinuousClock.now - begun
        let quiet = try await waitUntilQuiet(until: limit)
        guard tally.welcomed == hosts else { continue }
        let used = coordinator.usage.map { ($0.cpu - cpu).inMilliseconds }
        table.put(rest, (quiet - begun).inSeconds, cpu: used)
        break
      }
    } catch {
      table.fail(rest, "\(error)")
    }
    let (waits, count) = tally.take()
    table.put(lost, Double(count))
    if let welcome {
      if let p99 = waits.map(\.inMilliseconds).percentile(0.99) {
        table.put(welcome, p99)
      } else {
        table.fail(welcome, "no host is welcomed")
      }
    }
    guard let ready else { return }
    if let readyAfter { table.put(ready, readyAfter.inSeconds) } else { table.fail(ready, "never") }
  }

  private func waitUntilReady(until limit: ContinuousClock.Instant) async throws {
    while tally.welcomed < hosts {
      guard ContinuousClock.now < limit else { throw tooLate("\(tally.welcomed) of \(hosts) hosts are welcomed") }
      try await Task.sleep(for: .milliseconds(10))
    }
    while true {
      let ready = try await coordinator.readyHosts()
      if ready == hosts { return }
      guard ContinuousClock.now < limit else { throw tooLate("\(ready) of \(hosts) hosts are ready") }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Waits for two intervals of little work.
  /// - Returns: when the first of them began.
  private func waitUntilQuiet(until limit: ContinuousClock.Instant) async throws -> ContinuousClock.Instant {
    var began = ContinuousClock.now
    var quiet = 0
    while quiet < 2 {
      guard ContinuousClock.now < limit else { throw tooLate("all are ready, and the coordinator is busy still") }
      let begun = ContinuousClock.now
      guard let before = coordinator.usage else { throw NeverHappened(description: "the coordinator has ended") }
      try await Task.sleep(for: Self.interval)
      guard let after = coordinator.usage else { throw NeverHappened(description: "the coordinator has ended") }
      let share = (after.cpu - before.cpu).inSeconds / (ContinuousClock.now - begun).inSeconds
      if share > Self.restingShare {
        quiet = 0
      } else {
        if quiet == 0 { began = begun }
        quiet += 1
      }
    }
    return began
  }

  private func tooLate(_ what: String) -> NeverHappened {
    NeverHappened(description: "after \(FleetBenchmark.patience.components.seconds) s \(what)")
  }
}
