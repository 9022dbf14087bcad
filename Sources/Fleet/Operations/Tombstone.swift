/// The stored row that alone permits an agent to destroy a VM.
package struct Tombstone: Hashable, Sendable {
  /// Its identity.
  package var id: TombstoneID
  /// The VM that may be destroyed.
  package var vmID: VMID
  /// The host it may be destroyed on.
  package var hostID: HostID
  /// True if its disks stay.
  package var keepDisks: Bool
  /// When the deletion was requested.
  package var createdAt: Timestamp

  package init(id: TombstoneID, vmID: VMID, hostID: HostID, keepDisks: Bool, createdAt: Timestamp) {
    self.id = id
    self.vmID = vmID
    self.hostID = hostID
    self.keepDisks = keepDisks
    self.createdAt = createdAt
  }
}
