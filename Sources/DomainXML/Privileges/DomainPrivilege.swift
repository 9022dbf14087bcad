/// One thing that a domain asks of its host beyond what a plain guest needs.
package struct DomainPrivilege: Hashable, Sendable {
  /// Disk formats that refer to no other file, or whose chain an agent can read.
  package static let plainFormats: Set<String> = [
    "raw", "qcow2", "vdi", "vhdx", "vpc", "luks", "bochs", "cloop", "dmg",
  ]

  /// The kind of a privilege.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A file that becomes a disk, a backing file or memory.
    case diskFiles = "disk_roots"
    /// A block device that becomes a disk.
    case blockDevices = "block_devices"
    /// A disk that QEMU reaches over a network.
    case networkDisks = "network_disks"
    /// A kernel, a firmware or a table that the guest starts with.
    case bootFiles = "boot_files"
    /// A directory of the host that the guest sees.
    case fileSystems = "file_systems"
    /// A file, pipe, device or socket that a character device or a log goes to.
    case fileBackedDevices = "file_backed_devices"
    /// A device of the host.
    case passthrough
    /// An interface that uses neither a libvirt network nor a bridge.
    case hostInterfaces = "host_interfaces"
    /// An address of the host at which a device is reached from outside.
    case listen
    /// Arguments, environment or capabilities of QEMU itself.
    case qemuArguments = "qemu_arguments"
    /// Anything else that a plain guest does not have.
    case otherElements = "other_elements"
    /// The program that runs the guest.
    case emulator
  }

  /// What kind of thing it is.
  package var kind: Kind
  /// The path, address or element that it is about; `volume:POOL/NAME` for a volume of a pool.
  package var subject: String
  /// Where it stands in the document, such as `devices/disk/source/@file`.
  package var place: String
  /// What the domain wants, such as `disk "vda" is the file /srv/a.qcow2`.
  package var wanted: String
  /// The format that QEMU is given for a disk's data, such as `raw`; nil if QEMU probes it.
  package var format: String?
  /// The line in the source text; nil if unknown.
  package var line: Int?
}

extension DomainDocument {
  /// What the document asks of its host beyond a plain guest, in document order, each once.
  ///
  /// This is an allowlist: the elements of a plain guest are known. A path, device or command of the host, or a
  /// listening address, is listed by its kind; every unknown element counts as ``DomainPrivilege/Kind/otherElements``.
  /// Linear in the size of the document.
  package var privileges: [DomainPrivilege] {
    var reading = PrivilegeReading()
    reading.read(root)
    var seen: Set<String> = []
    return reading.found.filter { seen.insert("\($0.kind.rawValue) \($0.format ?? "") \($0.subject)").inserted }
  }
}
