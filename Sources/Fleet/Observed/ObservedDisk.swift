/// A disk or drive as a domain document has it.
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
  /// The bus.
  package var bus: String
  /// What tells its bytes from all others of the host, whatever path leads there: of a file device and inode, of a
  /// block device its number; `volume:…` and `nvme:…` name what is no file. What begins with `net:` is the same on
  /// every host. Empty if it can't be told.
  package var identity: String

  /// The files that lie beneath it or that it is copied to, by its document and by what the agent can read of its
  /// header, with the names that they have without links.
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

  /// The pool and the volume that it is; nil for whatever is none, or of which the path is known.
  package var volume: (pool: String, name: String)? {
    guard path.isEmpty, identity.hasPrefix("volume:") else { return nil }
    let parts = identity.dropFirst("volume:".count).split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}

extension ObservedDisk {
  /// True for a disk that one guest alone may write to.
  package var isWrittenAlone: Bool { isWritten && !shareable }
}
