/// A disk to be added to a guest.
package struct NewDisk: Hashable, Sendable {
  /// The file's path on the host; nil for an empty drive.
  package var path: String?
  /// The format, such as `qcow2` or `raw`.
  package var format: String
  /// What it looks like to the guest.
  package var device: DiskDevice
  /// How it is attached.
  package var bus: DiskBus
  /// The name in the guest, such as `vda`; nil takes the first free one.
  package var target: String?
  /// Whether the guest can't write to it.
  package var isReadOnly: Bool
  /// The serial number shown to the guest; nil for none.
  package var serial: String?

  /// A hard disk in a file.
  package init(
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
  package static func cdrom(path: String?, bus: DiskBus, target: String? = nil) -> NewDisk {
    var drive = NewDisk(path: path ?? "", format: "raw", bus: bus, target: target, isReadOnly: true)
    drive.path = path
    drive.device = .cdrom
    return drive
  }
}

/// A network interface to be added to a guest.
package struct NewInterface: Hashable, Sendable {
  /// What an interface is plugged into.
  package enum Source: Hashable, Sendable {
    /// A network of libvirt's.
    case network(String)
    /// A bridge of the host.
    case bridge(String)
    /// QEMU's user-mode network, which needs nothing of the host.
    case user
  }

  /// What it is plugged into.
  package var source: Source
  /// The device's model, such as `virtio`; nil takes the emulator's first choice.
  package var model: String?
  /// The address; nil lets libvirt make one.
  package var mac: HardwareAddress?

  /// An interface.
  package init(_ source: Source, model: String? = "virtio", mac: HardwareAddress? = nil) {
    self.source = source
    self.model = model
    self.mac = mac
  }
}
