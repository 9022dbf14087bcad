/// Versions of what runs on a host.
public struct Versions: Hashable, Sendable {
  /// The agent's.
  public var agent: String
  /// libvirt's.
  public var libvirt: String
  /// QEMU's.
  public var qemu: String
  /// The kernel's.
  public var kernel: String

  /// Makes the value.
  public init(agent: String = "", libvirt: String = "", qemu: String = "", kernel: String = "") {
    self.agent = agent
    self.libvirt = libvirt
    self.qemu = qemu
    self.kernel = kernel
  }
}
