/// The power state that somebody asked for.
public enum PowerTarget: String, Hashable, Sendable, CaseIterable {
  /// The guest runs.
  case running
  /// The guest is off.
  case stopped
  /// The guest is held in memory.
  case paused
}
