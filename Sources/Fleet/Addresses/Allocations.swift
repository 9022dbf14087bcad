/// What a VM was given: one MAC for each NIC of its spec, in order, and at most one VNC port.
public struct Allocations: Hashable, Sendable {
  /// One address for each NIC, in the spec's order.
  public var macs: [MACAddress]
  /// The VNC port, or nil without a VNC display.
  public var vncPort: Int?

  /// Makes allocations.
  public init(macs: [MACAddress] = [], vncPort: Int? = nil) {
    self.macs = macs
    self.vncPort = vncPort
  }
}

/// One VNC port of the ledger, as people ask for it.
public struct PortEntry: Hashable, Sendable {
  /// The TCP port.
  public var port: Int
  /// Where it stands.
  public var state: LedgerState
  /// The VM's name.
  public var vm: String
  /// The host's name.
  public var host: String
  /// Since when it is had, if that is known.
  public var since: Timestamp?
  /// Until when it was had; nil while it is.
  public var until: Timestamp?

  /// Makes an entry.
  public init(
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
