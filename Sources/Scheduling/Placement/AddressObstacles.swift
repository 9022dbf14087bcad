/// What is in the way of the addresses a VM needs, in words; nil where nothing is.
///
/// The ledgers are the fleet's and not a host's, so that every host refuses for the same reason.
public struct AddressObstacles: Hashable, Sendable {
  /// Why it can't have the MAC that was chosen for it, or one of its pool.
  public var mac: String?
  /// Why it can't have a VNC port.
  public var port: String?

  /// Makes obstacles; the defaults say that there are none.
  public init(mac: String? = nil, port: String? = nil) {
    self.mac = mac
    self.port = port
  }
}
