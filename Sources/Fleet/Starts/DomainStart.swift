/// A domain that libvirt is about to start.
package struct DomainStart: Hashable, Sendable {
  /// Its UUID.
  package var id: VMID
  /// Its name.
  package var name: String
  /// Its interfaces, in order.
  package var nics: [ObservedNIC]
  /// The VNC ports that it asks for.
  package var ports: [Int]
  /// The paths of the disks that it writes to.
  package var disks: [String]
  /// True if it arrives by live migration and still runs at its source.
  package var isIncoming: Bool

  package init(
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
  package var macs: Set<MACAddress> { Set(nics.compactMap(\.mac)) }
}
