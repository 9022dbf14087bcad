/// A network interface to be added to a guest.
public struct NewInterface: Hashable, Sendable {
  /// What an interface is plugged into.
  public enum Source: Hashable, Sendable {
    /// A network of libvirt's.
    case network(String)
    /// A bridge of the host.
    case bridge(String)
    /// QEMU's user-mode network, which needs nothing of the host.
    case user
  }

  /// What it is plugged into.
  public var source: Source
  /// The device's model, such as `virtio`; nil takes the emulator's first choice.
  public var model: String?
  /// The address; nil lets libvirt make one.
  public var mac: HardwareAddress?

  /// An interface.
  public init(_ source: Source, model: String? = "virtio", mac: HardwareAddress? = nil) {
    self.source = source
    self.model = model
    self.mac = mac
  }
}
