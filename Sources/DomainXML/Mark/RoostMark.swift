/// Roost's mark on a domain: what a lost coordinator database can be rebuilt from.
///
/// It stands in `<metadata>` as
/// `<roost:vm xmlns:roost='https://roost.dev/xmlns/domain/1' id fleet revision>` with `<roost:mac address>`
/// and `<roost:vnc port>` inside.
public struct RoostMark: Hashable, Sendable {
  /// The namespace of the mark.
  public static let namespace = "https://roost.dev/xmlns/domain/1"
  /// The prefix the namespace is bound to; `virDomainSetMetadata` wants it as its key.
  public static let prefix = "roost"
  /// The name of the mark's element.
  static let elementName = "vm"

  /// The VM's id in its fleet.
  public var vmID: String
  /// The fleet's id.
  public var fleetID: String
  /// The highest revision that a mark may have, 2⁴⁰: nobody changes a VM so often.
  public static let highestRevision: Int64 = 1 << 40

  /// The revision of the spec that the domain was last made to follow; zero or above.
  public var revision: Int64
  /// The addresses handed out to the VM, in the order of its interfaces.
  public var macs: [HardwareAddress]
  /// The VNC port handed out to the VM; nil if none.
  public var vncPort: Int?

  /// A mark.
  public init(vmID: String, fleetID: String, revision: Int64, macs: [HardwareAddress] = [], vncPort: Int? = nil) {
    self.vmID = vmID
    self.fleetID = fleetID
    self.revision = revision
    self.macs = macs
    self.vncPort = vncPort
  }
}
