internal import CLibvirt

/// A storage pool's state and sizes; corresponds to `virStoragePoolInfo`.
public struct StoragePoolInfo: Sendable, Hashable {
  /// What it does.
  public let state: State
  /// All space.
  public let capacityBytes: UInt64
  /// Space in use.
  public let allocationBytes: UInt64
  /// Space free.
  public let availableBytes: UInt64

  /// What a pool does; corresponds to `virStoragePoolState`.
  public enum State: Sendable, Hashable {
    /// It is not started.
    case inactive
    /// It is being made.
    case building
    /// It is started.
    case running
    /// It works in part.
    case degraded
    /// It is started and cannot be reached.
    case inaccessible
    /// A state newer than this library.
    case unknown(Int32)

    /// Takes libvirt's number.
    public init(rawValue: Int32) {
      switch UInt32(bitPattern: rawValue) {
      case VIR_STORAGE_POOL_INACTIVE.rawValue: self = .inactive
      case VIR_STORAGE_POOL_BUILDING.rawValue: self = .building
      case VIR_STORAGE_POOL_RUNNING.rawValue: self = .running
      case VIR_STORAGE_POOL_DEGRADED.rawValue: self = .degraded
      case VIR_STORAGE_POOL_INACCESSIBLE.rawValue: self = .inaccessible
      default: self = .unknown(rawValue)
      }
    }
  }
}
