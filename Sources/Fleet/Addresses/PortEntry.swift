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

  /// Makes an entry.
  public init(port: Int, state: LedgerState, vm: String, host: String) {
    self.port = port
    self.state = state
    self.vm = vm
    self.host = host
  }
}
