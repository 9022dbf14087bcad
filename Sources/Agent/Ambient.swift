public import Fleet

/// What differs between a real host and a test: the time of day, the passing of time, and chance.
public struct Ambient: Sendable {
  /// The time of day.
  public let wall: any WallClock
  /// The passing of time.
  public let ticks: any Clock<Duration>
  /// Chance.
  public let random: any RandomSource

  /// Makes surroundings; only mains and tests do.
  public init(wall: any WallClock, ticks: any Clock<Duration>, random: any RandomSource) {
    self.wall = wall
    self.ticks = ticks
    self.random = random
  }
}

extension Ambient {
  /// Runs `work` for at most so long.
  /// - Throws: what `work` throws, or ``FleetError`` with code `timedOut` that says what took too long.
  func limit<Value: Sendable>(
    _ what: String, to duration: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await work() }
      group.addTask { [ticks] in
        try await ticks.sleep(for: duration)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let value = first else {
        throw FleetError(.timedOut, "\(what) takes longer than \(duration)", retryable: true)
      }
      return value
    }
  }
}
