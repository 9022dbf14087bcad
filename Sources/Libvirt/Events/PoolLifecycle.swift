internal import CLibvirt

/// What happened to a storage pool; corresponds to `virStoragePoolEventLifecycleType`.
public enum PoolLifecycle: Sendable, Hashable {
  /// Its definition was saved or changed.
  case defined
  /// Its definition was dropped.
  case undefined
  /// It was started.
  case started
  /// It was stopped.
  case stopped
  /// The storage behind it was made.
  case created
  /// The storage behind it was deleted.
  case deleted
  /// A change newer than this library.
  case unknown(Int32)

  /// Takes libvirt's number.
  public init(rawValue: Int32) {
    switch UInt32(bitPattern: rawValue) {
    case VIR_STORAGE_POOL_EVENT_DEFINED.rawValue: self = .defined
    case VIR_STORAGE_POOL_EVENT_UNDEFINED.rawValue: self = .undefined
    case VIR_STORAGE_POOL_EVENT_STARTED.rawValue: self = .started
    case VIR_STORAGE_POOL_EVENT_STOPPED.rawValue: self = .stopped
    case VIR_STORAGE_POOL_EVENT_CREATED.rawValue: self = .created
    case VIR_STORAGE_POOL_EVENT_DELETED.rawValue: self = .deleted
    default: self = .unknown(rawValue)
    }
  }
}
