/// All that is known of one MAC address.
package struct MACDetails: Hashable, Sendable {
  /// Who has it now, or had it last.
  package var entry: MACLedgerEntry
  /// The interfaces that have it now.
  package var places: [MACAttachment]
  /// Everybody who ever had it, oldest first.
  package var history: [MACHolding]

  /// Makes a report.
  package init(entry: MACLedgerEntry, places: [MACAttachment], history: [MACHolding]) {
    self.entry = entry
    self.places = places
    self.history = history
  }
}

/// A stretch of time in which somebody had a MAC address.
package struct MACHolding: Hashable, Sendable {
  /// Who had it.
  package var owner: AddressOwner
  /// How it was had: `allocated`, `reserved`, `quarantined` or `observed`.
  package var state: LedgerState
  /// Where that is known from: `pool`, `chosen`, `observed`, `reserved`, `domain` or `dhcp`.
  package var source: String
  /// Since when.
  package var from: Timestamp
  /// Until when; nil while it lasts.
  package var to: Timestamp?
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String

  /// Makes a hold.
  package init(
    owner: AddressOwner, state: LedgerState, source: String, from: Timestamp, to: Timestamp?, network: String = "",
    bridge: String = ""
  ) {
    self.owner = owner
    self.state = state
    self.source = source
    self.from = from
    self.to = to
    self.network = network
    self.bridge = bridge
  }
}

/// Where a MAC address is plugged in now.
package struct MACAttachment: Hashable, Sendable {
  /// Whose interface it is.
  package var owner: AddressOwner
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String
  /// The addresses the guest is known by there.
  package var addresses: [NICAddress]
  /// True while the VM runs.
  package var isRunning: Bool
  /// When its host last told of it.
  package var seenAt: Timestamp?

  /// Makes a place.
  package init(
    owner: AddressOwner, network: String, bridge: String, addresses: [NICAddress], isRunning: Bool, seenAt: Timestamp?
  ) {
    self.owner = owner
    self.network = network
    self.bridge = bridge
    self.addresses = addresses
    self.isRunning = isRunning
    self.seenAt = seenAt
  }
}
