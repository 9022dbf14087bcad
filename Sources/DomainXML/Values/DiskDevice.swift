/// What a disk looks like to the guest: `<disk device>`.
public struct DiskDevice: DocumentWord {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A hard disk.
  public static let disk: DiskDevice = "disk"
  /// A CD-ROM drive.
  public static let cdrom: DiskDevice = "cdrom"
  /// A floppy drive.
  public static let floppy: DiskDevice = "floppy"
  /// A SCSI disk passed through.
  public static let lun: DiskDevice = "lun"
}
