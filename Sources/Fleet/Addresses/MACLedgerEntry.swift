/// One MAC address of the ledger, as people ask for it.
package struct MACLedgerEntry: Hashable, Sendable {
  /// The address.
  package var mac: MACAddress
  /// The highest address of a reserved range that begins at `mac`; nil for a single address.
  package var last: MACAddress?
  /// Where it stands.
  package var state: LedgerState
  /// Who has it, or had it last.
  package var owner: AddressOwner
  /// Since when it stands so.
  package var since: Timestamp
  /// Until when, if that is known: the end of a quarantine.
  package var until: Timestamp?
  /// Where it comes from: `pool`, `chosen`, `observed`, `reserved` or `dhcp`.
  package var source: String
  /// Everybody who has it now, when there is more than one.
  package var claimants: [AddressOwner]
  /// What they have in common, while it is in conflict.
  package var conflict: ConflictDetail?
  /// True in quarantine if its host left the fleet or was lost: its guest may still run with it.
  package var isLeftBehind: Bool

  /// Makes an entry.
  package init(
    mac: MACAddress, state: LedgerState, owner: AddressOwner, since: Timestamp, until: Timestamp? = nil,
    source: String, claimants: [AddressOwner] = [], last: MACAddress? = nil, conflict: ConflictDetail? = nil,
    isLeftBehind: Bool = false
  ) {
    self.mac = mac
    self.state = state
    self.owner = owner
    self.since = since
    self.until = until
    self.source = source
    self.claimants = claimants
    self.last = last
    self.conflict = conflict
    self.isLeftBehind = isLeftBehind
  }
}

/// Where an address of the ledger stands.
package enum LedgerState: String, Hashable, Sendable, CaseIterable {
  /// A managed VM has it.
  case allocated
  /// Kept for something outside the fleet.
  case reserved
  /// Released, and not yet to be handed out again.
  case quarantined
  /// An unmanaged VM has it.
  case observed
  /// Two or more have it.
  case conflict
  /// Out of use.
  case retired
}

/// What two VMs have in common that they should not.
package enum ConflictKind: String, Hashable, Sendable, CaseIterable {
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
  package var isCopy: Bool { self != .sameMAC }
}

/// How an address came to have several owners.
package struct ConflictDetail: Hashable, Sendable {
  /// What the owners have in common.
  package var kind: ConflictKind
  /// One sentence that names the owners and tells a copy from a collision.
  package var sentence: String
  /// True while two of the owners run that must not run beside each other.
  package var isDoubleRun: Bool

  /// Makes a note.
  package init(kind: ConflictKind, sentence: String, isDoubleRun: Bool = false) {
    self.kind = kind
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}
