/// A word of libvirt's vocabulary, such as a disk's bus.
///
/// The known ones are named constants; a word from a newer libvirt survives as it is.
public protocol LibvirtToken: RawRepresentable, Hashable, Sendable, CustomStringConvertible,
  ExpressibleByStringLiteral
where RawValue == String {
  /// The word as libvirt writes it.
  init(rawValue: String)
}

extension LibvirtToken {
  /// The word as libvirt writes it.
  public var description: String { rawValue }

  /// A word written in source code.
  public init(stringLiteral value: String) { self.init(rawValue: value) }
}

/// What a guest's firmware may boot from: `<boot dev>`.
public struct BootDevice: LibvirtToken {
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

/// How the guest's processor is chosen: `<cpu mode>`.
public struct CPUMode: LibvirtToken {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The host's own processor.
  public static let hostPassthrough: CPUMode = "host-passthrough"
  /// The nearest named model.
  public static let hostModel: CPUMode = "host-model"
  /// A named model.
  public static let custom: CPUMode = "custom"
  /// All that the emulator knows.
  public static let maximum: CPUMode = "maximum"
}

/// How a disk is attached: `<target bus>`.
public struct DiskBus: LibvirtToken {
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

/// What a disk looks like to the guest: `<disk device>`.
public struct DiskDevice: LibvirtToken {
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

/// Where a disk's bytes are: `<disk type>`.
public struct DiskKind: LibvirtToken {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A file of the host.
  public static let file: DiskKind = "file"
  /// A block device of the host.
  public static let block: DiskKind = "block"
  /// A network protocol.
  public static let network: DiskKind = "network"
  /// A volume of a storage pool.
  public static let volume: DiskKind = "volume"
  /// A directory shown as a FAT disk.
  public static let directory: DiskKind = "dir"
  /// An NVMe drive of the host, which the emulator drives itself.
  public static let nvme: DiskKind = "nvme"
  /// A daemon behind a socket of the host.
  public static let vhostUser: DiskKind = "vhostuser"
}

/// What runs a guest: libvirt's `<domain type>`.
public struct DomainType: LibvirtToken {
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

/// A graphics server: `<graphics type>`.
public struct GraphicsKind: LibvirtToken {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// VNC.
  public static let vnc: GraphicsKind = "vnc"
  /// SPICE.
  public static let spice: GraphicsKind = "spice"
  /// A window on the host.
  public static let sdl: GraphicsKind = "sdl"
  /// Rendering without a server.
  public static let headless: GraphicsKind = "egl-headless"
  /// D-Bus.
  public static let dbus: GraphicsKind = "dbus"
}

/// What an interface is plugged into: `<interface type>`.
public struct InterfaceKind: LibvirtToken {
  /// The word as libvirt writes it.
  public let rawValue: String

  /// A word as libvirt writes it.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A network of libvirt's.
  public static let network: InterfaceKind = "network"
  /// A bridge of the host.
  public static let bridge: InterfaceKind = "bridge"
  /// A device of the host, by macvtap.
  public static let direct: InterfaceKind = "direct"
  /// QEMU's user-mode network.
  public static let user: InterfaceKind = "user"
  /// A tap device without more.
  public static let ethernet: InterfaceKind = "ethernet"
  /// A device of the host, passed through.
  public static let hostdev: InterfaceKind = "hostdev"
  /// A virtio device in hardware.
  public static let vdpa: InterfaceKind = "vdpa"
  /// A switch behind a socket of the host.
  public static let vhostUser: InterfaceKind = "vhostuser"
}
