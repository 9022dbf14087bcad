/// What a guest's firmware may boot from: `<boot dev>`.
public struct BootDevice: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The first hard disk.
  public static let disk: BootDevice = "hd"
  /// The CD-ROM.
  public static let cdrom: BootDevice = "cdrom"
  /// PXE.
  public static let network: BootDevice = "network"
  /// The floppy.
  public static let floppy: BootDevice = "fd"
}
