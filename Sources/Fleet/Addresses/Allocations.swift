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
