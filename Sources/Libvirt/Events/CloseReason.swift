internal import CLibvirt

/// Why a connection closed; corresponds to `virConnectCloseReason`.
public enum CloseReason: Sendable, Hashable {
  /// Reading or writing failed.
  case error
  /// The daemon closed its end: it stopped, or restarts.
  case endOfFile
  /// The daemon stayed silent for longer than the keepalive allows.
  case keepAlive
  /// This side closed it.
  case client
  /// A reason newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  public init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_CONNECT_CLOSE_REASON_ERROR.rawValue: self = .error
    case VIR_CONNECT_CLOSE_REASON_EOF.rawValue: self = .endOfFile
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE.rawValue: self = .keepAlive
    case VIR_CONNECT_CLOSE_REASON_CLIENT.rawValue: self = .client
    default: self = .unknown(rawValue)
    }
  }
}
