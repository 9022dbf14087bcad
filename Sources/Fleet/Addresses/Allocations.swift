/// What a VM was given: one MAC for each NIC of its spec, in order, and at most one VNC port.
package struct Allocations: Hashable, Sendable {
  /// One address for each NIC, in the spec's order.
  package var macs: [MACAddress]
  /// The VNC port, or nil without a VNC display.
  package var vncPort: Int?

  /// Makes allocations.
  package init(macs: [MACAddress] = [], vncPort: Int? = nil) {
    self.macs = macs
    self.vncPort = vncPort
  }
}

/// One VNC port of the ledger, as people ask for it.
package struct PortEntry: Hashable, Sendable {
  /// The TCP port.
  package var port: Int
  /// Where it stands.
  package var state: LedgerState
  /// The VM's name.
  package var vm: String
  /// The host's name.
  package var host: String
  /// Since when it is had, if that is known.
  package var since: Timestamp?
  /// Until when it was had; nil while it is.
  package var until: Timestamp?

  /// Makes an entry.
  package init(
    port: Int, state: LedgerState, vm: String, host: String, since: Timestamp? = nil, until: Timestamp? = nil
  ) {
    self.port = port
    self.state = state
    self.vm = vm
    self.host = host
    self.since = since
    self.until = until
  }
}
