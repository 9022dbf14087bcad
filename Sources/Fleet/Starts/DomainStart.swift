/// A domain that libvirt is about to start.
public struct DomainStart: Hashable, Sendable {
  /// Its UUID.
  public var id: VMID
  /// Its name.
  public var name: String
  /// Its interfaces, in order.
  public var nics: [ObservedNIC]
  /// The VNC ports that it asks for.
  public var ports: [Int]
  /// The paths of the disks that it writes to.
  public var disks: [String]
  /// True if it comes by live migration: it still runs where it comes from.
  public var isIncoming: Bool

  /// Makes the value.
  public init(
    id: VMID, name: String, nics: [ObservedNIC], ports: [Int] = [], disks: [String] = [], isIncoming: Bool = false
  ) {
    self.id = id
    self.name = name
    self.nics = nics
    self.ports = ports
    self.disks = disks
    self.isIncoming = isIncoming
  }

  /// Its addresses.
  public var macs: Set<MACAddress> { Set(nics.compactMap(\.mac)) }
}
