internal import CLibvirt

extension LibvirtError {
  /// How bad an error is; corresponds to `virErrorLevel`.
  public enum Level: Sendable, Hashable {
    /// Not an error.
    case none
    /// The call went on.
    case warning
    /// The call failed.
    case error
    /// A level newer than this library.
    case unknown(Int32)

    init(rawValue: UInt32) {
      switch rawValue {
      case VIR_ERR_NONE.rawValue: self = .none
      case VIR_ERR_WARNING.rawValue: self = .warning
      case VIR_ERR_ERROR.rawValue: self = .error
      default: self = .unknown(Int32(bitPattern: rawValue))
      }
    }
  }
}
