/// A network interface as a domain document has it.
public struct ObservedNIC: Hashable, Sendable {
  /// Its address; nil if the document leaves it to libvirt.
  public var mac: MACAddress?
  /// The libvirt network, or empty.
  public var network: String
  /// The bridge, or empty.
  public var bridge: String
  /// The model, or empty.
  public var model: String
  /// The host's tap device of a running guest, or empty.
  public var device: String

  /// Makes the value.
  public init(mac: MACAddress?, network: String = "", bridge: String = "", model: String = "", device: String = "") {
    self.mac = mac
    self.network = network
    self.bridge = bridge
    self.model = model
    self.device = device
  }
}
