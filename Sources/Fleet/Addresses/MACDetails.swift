/// Everything about one MAC address.
package struct MACDetails: Hashable, Sendable {
  /// Its present or last owner.
  package var entry: MACLedgerEntry
  /// The interfaces that have it now.
  package var places: [MACAttachment]
  /// All owners it ever had, oldest first.
  package var history: [MACHolding]

  /// Makes a report.
  package init(entry: MACLedgerEntry, places: [MACAttachment], history: [MACHolding]) {
    self.entry = entry
    self.places = places
    self.history = history
  }
}

/// A period in which one owner had a MAC address.
package struct MACHolding: Hashable, Sendable {
  /// The owner.
  package var owner: AddressOwner
  /// The state in that period: `allocated`, `reserved`, `quarantined` or `observed`.
  package var state: LedgerState
  /// The source of this knowledge: `pool`, `chosen`, `observed`, `reserved`, `domain` or `dhcp`.
  package var source: String
  /// The beginning.
  package var from: Timestamp
  /// The end; nil while it lasts.
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

/// An interface that has a MAC address now.
package struct MACAttachment: Hashable, Sendable {
  /// The VM with the interface.
  package var owner: AddressOwner
  /// The libvirt network, or empty.
  package var network: String
  /// The bridge, or empty.
  package var bridge: String
  /// The IP addresses of the interface.
  package var addresses: [NICAddress]
  /// True while the VM runs.
  package var isRunning: Bool
  /// When its host last reported it.
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
