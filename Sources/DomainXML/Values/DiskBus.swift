/// How a disk is attached: `<target bus>`.
public struct DiskBus: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// virtio-blk, names `vda…`.
  public static let virtio: DiskBus = "virtio"
  /// SCSI, names `sda…`.
  public static let scsi: DiskBus = "scsi"
  /// SATA, names `sda…`.
  public static let sata: DiskBus = "sata"
  /// USB, names `sda…`.
  public static let usb: DiskBus = "usb"
  /// IDE, names `hda…hdd`.
  public static let ide: DiskBus = "ide"
  /// Floppy controller, names `fda…`.
  public static let floppy: DiskBus = "fdc"
}
