/// One thing about a start that somebody else has.
public struct StartFinding: Hashable, Sendable {
  /// What is the matter.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The other has the address, and nothing else in common.
    case collision
    /// The other has the address and a disk: one was made from the other.
    case copy
    /// The other has the same UUID: it is the same VM twice.
    case twin
    /// The address is kept for something outside the fleet.
    case reserved
    /// The address was given to the other, which does not run with it now.
    case given
    /// The other was given the VNC port.
    case port
  }

  /// What is the matter.
  public var kind: Kind
  /// The address; nil for a port, and for a twin without a common address.
  public var mac: MACAddress?
  /// The port; nil for an address.
  public var port: Int?
  /// Who has it.
  public var owner: AddressOwner

  /// Makes a finding.
  public init(kind: Kind, mac: MACAddress? = nil, port: Int? = nil, owner: AddressOwner) {
    self.kind = kind
    self.mac = mac
    self.port = port
    self.owner = owner
  }
}
