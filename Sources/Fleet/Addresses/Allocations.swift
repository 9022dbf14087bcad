/// The addresses of a VM: one MAC for each NIC of its spec, in order, and at most one VNC port.
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

/// One VNC port of the ledger, as a listing shows it.
package struct PortEntry: Hashable, Sendable {
  /// The TCP port.
  package var port: Int
  /// Its state.
  package var state: LedgerState
  /// The VM's name.
  package var vm: String
  /// The host's name.
  package var host: String
  /// When it was allocated, if known.
  package var since: Timestamp?
  /// When it was released; nil while it is allocated.
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
