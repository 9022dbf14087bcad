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
  /// The guest crashed, and its QEMU is kept as it was.
  case crashed
  /// The guest sleeps by its own power management.
  case suspended
  /// libvirt did not say.
  case unknown

  /// True while a QEMU process exists.
  public var isActive: Bool {
    switch self {
    case .running, .blocked, .paused, .shuttingDown, .suspended, .crashed: true
    case .stopped, .unknown: false
    }
  }

  /// True unless it is known that no QEMU process exists.
  public var mayBeActive: Bool { self != .stopped }

  /// What a person calls it, such as `shutting down`.
  public var words: String {
    switch self {
    case .running, .blocked: "running"
    case .paused: "paused"
    case .shuttingDown: "shutting down"
    case .stopped: "off"
    case .crashed: "crashed, with its QEMU kept"
    case .suspended: "asleep by its own power management"
    case .unknown: "in a state that libvirt does not tell"
    }
  }
}
