/// A disk to be added to a guest.
public struct NewDisk: Hashable, Sendable {
  /// The file's path on the host; nil for an empty drive.
  public var path: String?
  /// The format, such as `qcow2` or `raw`.
  public var format: String
  /// What it looks like to the guest.
  public var device: DiskDevice
  /// How it is attached.
  public var bus: DiskBus
  /// The name in the guest, such as `vda`; nil takes the first free one.
  public var target: String?
  /// Whether the guest can't write to it.
  public var isReadOnly: Bool
  /// The serial number shown to the guest; nil for none.
  public var serial: String?

  /// A hard disk in a file.
  public init(
    path: String, format: String, bus: DiskBus = .virtio, target: String? = nil, isReadOnly: Bool = false,
    serial: String? = nil
  ) {
    self.path = path
    self.format = format
    device = .disk
    self.bus = bus
    self.target = target
    self.isReadOnly = isReadOnly
    self.serial = serial
  }

  /// A CD-ROM drive with a raw image in it, or empty.
  public static func cdrom(path: String?, bus: DiskBus, target: String? = nil) -> NewDisk {
    var drive = NewDisk(path: path ?? "", format: "raw", bus: bus, target: target, isReadOnly: true)
    drive.path = path
    drive.device = .cdrom
    return drive
  }
}
