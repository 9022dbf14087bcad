/// A domain's power state, by libvirt's words.
public enum DomainState: String, Hashable, Sendable, CaseIterable {
  /// The guest runs.
  case running
  /// The guest waits for a resource.
  case blocked
  /// The guest is held in memory.
  case paused
  /// The guest is shutting down.
  case shuttingDown = "shutting_down"
  /// The guest is off.
  case stopped
  /// The guest crashed.
  case crashed
  /// The guest sleeps by its own power management.
  case suspended
  /// libvirt did not say.
  case unknown

  /// True while a QEMU process exists.
  public var isActive: Bool {
    switch self {
    case .running, .blocked, .paused, .shuttingDown, .suspended: true
    case .stopped, .crashed, .unknown: false
    }
  }
}
