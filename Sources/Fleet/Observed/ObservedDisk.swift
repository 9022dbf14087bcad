/// A disk or drive in a domain document.
package struct ObservedDisk: Hashable, Sendable {
  /// `disk`, `cdrom`, `floppy` or `lun`.
  package var device: String
  /// The guest's device name.
  package var target: String
  /// The file or device on the host, or empty.
  package var path: String
  /// The format, such as `qcow2`.
  package var format: String
  /// True if the guest can't write.
  package var readOnly: Bool
  /// True if guests may share it.
  package var shareable: Bool
  /// The bus; ``emulatorArgument`` for a disk that only an argument of QEMU names.
  package var bus: String
  /// Identifies its data on the host, whatever its path: device and inode of a file, or the number of a block device;
  /// `volume:…` and `nvme:…` name what is not a file. A key that begins with `net:` is the same on every host. Empty if
  /// unknown.
  package var identity: String

  /// Its backing files and copy targets, by its document and by the headers that the agent can read, each also with
  /// links resolved.
  package var beneath: [String]

  package init(
    device: String, target: String, path: String, format: String = "", readOnly: Bool = false,
    shareable: Bool = false, bus: String = "", identity: String = "", beneath: [String] = []
  ) {
    self.device = device
    self.target = target
    self.path = path
    self.format = format
    self.readOnly = readOnly
    self.shareable = shareable
    self.bus = bus
    self.identity = identity
    self.beneath = beneath
  }

  /// What stands for the bus of a disk that the domain's document does not model.
  package static let emulatorArgument = "qemu:commandline"

  /// True for a disk that only an argument of QEMU names; it has no target, and no spec has it.
  package var isPassedThrough: Bool { bus == Self.emulatorArgument }

  /// Where its data is, for people: a path, a URL, a volume; nil for an empty drive.
  package var place: String? {
    if !path.isEmpty { return path }
    if let (pool, name) = volume { return "volume \(name) of pool \(pool)" }
    guard identity.hasPrefix("net:") else { return identity.isEmpty ? nil : identity }
    let parts = identity.dropFirst("net:".count).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = parts.first, let rest = parts.last else { return identity }
    let halves = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    // BOUNDED: the identity of one disk, which has 4 KiB at most on the wire.
    let hosts = (halves.first ?? "").split(separator: ",").map { $0.hasSuffix(":") ? $0.dropLast() : $0 }
    let name = halves.count == 2 ? halves.last ?? "" : ""
    return "\(kind)://\(hosts.joined(separator: ","))\(name.hasPrefix("/") ? "" : "/")\(name)"
  }

  /// Its pool and volume; nil if it is not a volume, or if its path is known.
  package var volume: (pool: String, name: String)? {
    guard path.isEmpty, identity.hasPrefix("volume:") else { return nil }
    let parts = identity.dropFirst("volume:".count).split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}

extension ObservedDisk {
  /// True for a disk that only one guest may write to.
  package var isWrittenAlone: Bool { isWritten && !shareable }
}
