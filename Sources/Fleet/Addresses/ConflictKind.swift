/// What two VMs have in common that they should not.
public enum ConflictKind: String, Hashable, Sendable, CaseIterable {
  /// The UUID: one definition stands on two hosts.
  case sameUUID = "same_uuid"
  /// The path of a writable disk.
  case sameDisk = "same_disk"
  /// The UUID that the guest reads from its firmware.
  case sameSMBIOS = "same_smbios_uuid"
  /// The name, under different UUIDs.
  case sameName = "same_name"
  /// A MAC address and nothing else.
  case sameMAC = "same_mac"

  /// True if one was made from the other; false for mere chance.
  public var isCopy: Bool { self != .sameMAC }
}
