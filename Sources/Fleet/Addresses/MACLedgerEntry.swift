/// One MAC address of the ledger, as a listing shows it.
package struct MACLedgerEntry: Hashable, Sendable {
  /// The address.
  package var mac: MACAddress
  /// The highest address of a reserved range that begins at `mac`; nil for a single address.
  package var last: MACAddress?
  /// Its state.
  package var state: LedgerState
  /// Its present or last owner.
  package var owner: AddressOwner
  /// When it entered the state.
  package var since: Timestamp
  /// When the state ends, if known: the end of a quarantine.
  package var until: Timestamp?
  /// The source: `pool`, `chosen`, `observed`, `reserved` or `dhcp`.
  package var source: String
  /// All present owners, if there are several.
  package var claimants: [AddressOwner]
  /// What the owners share, while it is in conflict.
  package var conflict: ConflictDetail?
  /// True for a quarantined address whose host left the fleet or was lost: a guest there may still use it.
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

/// The state of an address in the ledger.
package enum LedgerState: String, Hashable, Sendable, CaseIterable {
  /// A managed VM owns it.
  case allocated
  /// An administrator has reserved it for a device outside the fleet.
  case reserved
  /// Its owner released it, and it is not handed out again yet.
  case quarantined
  /// An unmanaged VM uses it.
  case observed
  /// Two or more VMs have it.
  case conflict
  /// Out of use.
  case retired
}

/// What two VMs share that they should not.
package enum ConflictKind: String, Hashable, Sendable, CaseIterable {
  /// The UUID: two hosts have the same definition.
  case sameUUID = "same_uuid"
  /// The path of a writable disk.
  case sameDisk = "same_disk"
  /// The UUID that the guest reads from its firmware.
  case sameSMBIOS = "same_smbios_uuid"
  /// The name, under different UUIDs.
  case sameName = "same_name"
  /// A MAC address and nothing else.
  case sameMAC = "same_mac"

  /// True if one was copied from the other; false for a coincidence.
  package var isCopy: Bool { self != .sameMAC }
}

/// Why an address has several owners.
package struct ConflictDetail: Hashable, Sendable {
  /// What the owners share.
  package var kind: ConflictKind
  /// One sentence that names the owners and tells a copy from a collision.
  package var sentence: String
  /// True while two of the owners run that must not run at the same time.
  package var isDoubleRun: Bool

  /// Makes a note.
  package init(kind: ConflictKind, sentence: String, isDoubleRun: Bool = false) {
    self.kind = kind
    self.sentence = sentence
    self.isDoubleRun = isDoubleRun
  }
}

extension MACLedgerEntry {
  /// True if a listing shows it that is restricted to a host or a state; empty texts match all.
  package func isLike(host: String, state: String) -> Bool {
    (state.isEmpty || self.state.rawValue == state)
      && (host.isEmpty || owner.host == host || claimants.contains { $0.host == host })
  }
}

extension PortEntry {
  /// True if a listing shows it that is restricted to a host or a state; empty texts match all.
  package func isLike(host: String, state: String) -> Bool {
    (state.isEmpty || self.state.rawValue == state) && (host.isEmpty || self.host == host)
  }
}

extension LedgerState {
  /// The state of that name.
  /// - Throws: ``FleetError`` with code `invalid` that lists them all.
  package init(named name: String) throws(FleetError) {
    guard let state = LedgerState(rawValue: name) else {
      throw FleetError(
        .invalid, "\"\(name.printable)\" is not a state of an address",
        hint: "it is one of \(LedgerState.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = state
  }
}
