/// The durable row that alone permits an agent to destroy a VM.
public struct Tombstone: Hashable, Sendable {
  /// Its identity.
  public var id: TombstoneID
  /// The VM that may be destroyed.
  public var vmID: VMID
  /// The host it may be destroyed on.
  public var hostID: HostID
  /// True if its disks stay.
  public var keepDisks: Bool
  /// When somebody asked for it.
  public var createdAt: Timestamp

  /// Makes the value.
  public init(id: TombstoneID, vmID: VMID, hostID: HostID, keepDisks: Bool, createdAt: Timestamp) {
    self.id = id
    self.vmID = vmID
    self.hostID = hostID
    self.keepDisks = keepDisks
    self.createdAt = createdAt
  }
}
