internal import CLibvirt

/// What a domain does; corresponds to `virDomainState`.
public enum DomainState: Sendable, Hashable {
  /// The driver cannot say.
  case noState
  /// It runs.
  case running
  /// It waits for a resource; QEMU never says so.
  case blocked
  /// Its processors are held.
  case paused
  /// It is on its way down.
  case shuttingDown
  /// It is off.
  case shutOff
  /// It crashed and was kept so.
  case crashed
  /// The guest sleeps by its own power management.
  case suspendedByGuest
  /// A state newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  public init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_DOMAIN_NOSTATE.rawValue: self = .noState
    case VIR_DOMAIN_RUNNING.rawValue: self = .running
    case VIR_DOMAIN_BLOCKED.rawValue: self = .blocked
    case VIR_DOMAIN_PAUSED.rawValue: self = .paused
    case VIR_DOMAIN_SHUTDOWN.rawValue: self = .shuttingDown
    case VIR_DOMAIN_SHUTOFF.rawValue: self = .shutOff
    case VIR_DOMAIN_CRASHED.rawValue: self = .crashed
    case VIR_DOMAIN_PMSUSPENDED.rawValue: self = .suspendedByGuest
    default: self = .unknown(rawValue)
    }
  }
}
