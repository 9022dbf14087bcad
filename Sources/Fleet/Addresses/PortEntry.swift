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
