/// What time it is; mains hand in the system's clock, tests one that they move by hand.
public protocol WallClock: Sendable {
  /// The present moment.
  func now() -> Timestamp
}
