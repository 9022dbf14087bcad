/// A word of libvirt's vocabulary, such as a disk's bus.
///
/// The known ones are named constants; a word from a newer libvirt survives as it is.
package protocol LibvirtToken: RawRepresentable, Hashable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
where RawValue == String {
  /// The word as libvirt writes it.
  init(rawValue: String)
}

extension LibvirtToken {
  /// The word as libvirt writes it.
  package var description: String { rawValue }

  /// A word written in source code.
  package init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// What a guest's firmware may boot from: `<boot dev>`.
package struct BootDevice: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// The first hard disk.
  package static let disk: BootDevice = "hd"
  /// The CD-ROM.
  package static let cdrom: BootDevice = "cdrom"
  /// PXE.
  package static let network: BootDevice = "network"
  /// The floppy.
  package static let floppy: BootDevice = "fd"
}

/// How the guest's processor is chosen: `<cpu mode>`.
package struct CPUMode: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// The host's own processor.
  package static let hostPassthrough: CPUMode = "host-passthrough"
  /// The nearest named model.
  package static let hostModel: CPUMode = "host-model"
  /// A named model.
  package static let custom: CPUMode = "custom"
  /// All that the emulator knows.
  package static let maximum: CPUMode = "maximum"
}

/// How a disk is attached: `<target bus>`.
package struct DiskBus: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// virtio-blk, names `vda…`.
  package static let virtio: DiskBus = "virtio"
  /// SCSI, names `sda…`.
  package static let scsi: DiskBus = "scsi"
  /// SATA, names `sda…`.
  package static let sata: DiskBus = "sata"
  /// USB, names `sda…`.
  package static let usb: DiskBus = "usb"
  /// IDE, names `hda…hdd`.
  package static let ide: DiskBus = "ide"
  /// Floppy controller, names `fda…`.
  package static let floppy: DiskBus = "fdc"
}

/// What a disk looks like to the guest: `<disk device>`.
package struct DiskDevice: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// A hard disk.
  package static let disk: DiskDevice = "disk"
  /// A CD-ROM drive.
  package static let cdrom: DiskDevice = "cdrom"
  /// A floppy drive.
  package static let floppy: DiskDevice = "floppy"
  /// A SCSI disk passed through.
  package static let lun: DiskDevice = "lun"
}

/// Where a disk's bytes are: `<disk type>`.
package struct DiskKind: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// A file of the host.
  package static let file: DiskKind = "file"
  /// A block device of the host.
  package static let block: DiskKind = "block"
  /// A network protocol.
  package static let network: DiskKind = "network"
  /// A volume of a storage pool.
  package static let volume: DiskKind = "volume"
  /// A directory shown as a FAT disk.
  package static let directory: DiskKind = "dir"
  /// An NVMe drive of the host, which the emulator drives itself.
  package static let nvme: DiskKind = "nvme"
  /// A daemon behind a socket of the host.
  package static let vhostUser: DiskKind = "vhostuser"
}

/// What runs a guest: libvirt's `<domain type>`.
package struct DomainType: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// KVM, by the processor.
  package static let kvm: DomainType = "kvm"
  /// QEMU's own emulation.
  package static let qemu: DomainType = "qemu"
  /// libvirt's test driver.
  package static let test: DomainType = "test"
}

/// A graphics server: `<graphics type>`.
package struct GraphicsKind: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// VNC.
  package static let vnc: GraphicsKind = "vnc"
  /// SPICE.
  package static let spice: GraphicsKind = "spice"
  /// A window on the host.
  package static let sdl: GraphicsKind = "sdl"
  /// Rendering without a server.
  package static let headless: GraphicsKind = "egl-headless"
  /// D-Bus.
  package static let dbus: GraphicsKind = "dbus"
}

/// What an interface is plugged into: `<interface type>`.
package struct InterfaceKind: LibvirtToken {
  /// The word as libvirt writes it.
  package let rawValue: String

  /// A word as libvirt writes it.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// A network of libvirt's.
  package static let network: InterfaceKind = "network"
  /// A bridge of the host.
  package static let bridge: InterfaceKind = "bridge"
  /// A device of the host, by macvtap.
  package static let direct: InterfaceKind = "direct"
  /// QEMU's user-mode network.
  package static let user: InterfaceKind = "user"
  /// A tap device without more.
  package static let ethernet: InterfaceKind = "ethernet"
  /// A device of the host, passed through.
  package static let hostdev: InterfaceKind = "hostdev"
  /// A virtio device in hardware.
  package static let vdpa: InterfaceKind = "vdpa"
  /// A switch behind a socket of the host.
  package static let vhostUser: InterfaceKind = "vhostuser"
}
