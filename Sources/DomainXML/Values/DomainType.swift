/// What runs a guest: libvirt's `<domain type>`.
public struct DomainType: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// KVM, by the processor.
  public static let kvm: DomainType = "kvm"
  /// QEMU's own emulation.
  public static let qemu: DomainType = "qemu"
  /// libvirt's test driver.
  public static let test: DomainType = "test"
}
