internal import CLibvirt

/// What happened to a network; corresponds to `virNetworkEventLifecycleType`.
public enum NetworkLifecycle: Sendable, Hashable {
  /// Its definition was saved or changed.
  case defined
  /// Its definition was dropped.
  case undefined
  /// It was started.
  case started
  /// It was stopped.
  case stopped
  /// A change newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  public init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_NETWORK_EVENT_DEFINED.rawValue: self = .defined
    case VIR_NETWORK_EVENT_UNDEFINED.rawValue: self = .undefined
    case VIR_NETWORK_EVENT_STARTED.rawValue: self = .started
    case VIR_NETWORK_EVENT_STOPPED.rawValue: self = .stopped
    default: self = .unknown(rawValue)
    }
  }
}
