/// What people do to a VM's power.
public enum PowerVerb: String, Hashable, Sendable, CaseIterable {
  /// Boot the guest.
  case start
  /// Ask the guest to shut down, or cut its power by force.
  case stop
  /// Ask the guest to reboot, or reset it by force.
  case restart
  /// Hold the guest in memory.
  case pause
  /// Let a held guest go on.
  case resume

  /// The power state after the verb.
  public var target: PowerTarget {
    switch self {
    case .start, .restart, .resume: .running
    case .stop: .stopped
    case .pause: .paused
    }
  }
}
