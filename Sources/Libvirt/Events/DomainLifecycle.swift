internal import CLibvirt

/// What happened to a domain, and libvirt's number for the circumstances.
///
/// Corresponds to `virDomainEventType`,
/// <https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainEventType>.
public struct DomainLifecycle: Sendable, Hashable {
  /// What happened.
  public let change: Change
  /// The circumstances.
  public let detail: Detail

  /// What happened.
  public enum Change: Sendable, Hashable {
    /// Its definition was saved or changed.
    case defined
    /// Its definition was dropped.
    case undefined
    /// It runs.
    case started
    /// Its processors are held.
    case suspended
    /// Its processors go on.
    case resumed
    /// It is off.
    case stopped
    /// The guest finished going down; `stopped` follows.
    case shutdown
    /// The guest sleeps by its own power management.
    case suspendedByGuest
    /// It crashed.
    case crashed
    /// A change newer than this library.
    case unknown(Int32)
  }

  /// Takes libvirt's two numbers; the second means nothing without the first.
  public init(rawEvent: Int32, rawDetail: Int32) {
    change =
      switch UInt32(bitPattern: rawEvent) {
      case VIR_DOMAIN_EVENT_DEFINED.rawValue: .defined
      case VIR_DOMAIN_EVENT_UNDEFINED.rawValue: .undefined
      case VIR_DOMAIN_EVENT_STARTED.rawValue: .started
      case VIR_DOMAIN_EVENT_SUSPENDED.rawValue: .suspended
      case VIR_DOMAIN_EVENT_RESUMED.rawValue: .resumed
      case VIR_DOMAIN_EVENT_STOPPED.rawValue: .stopped
      case VIR_DOMAIN_EVENT_SHUTDOWN.rawValue: .shutdown
      case VIR_DOMAIN_EVENT_PMSUSPENDED.rawValue: .suspendedByGuest
      case VIR_DOMAIN_EVENT_CRASHED.rawValue: .crashed
      default: .unknown(rawEvent)
      }
    detail = Detail(rawValue: rawDetail, of: change)
  }
}
