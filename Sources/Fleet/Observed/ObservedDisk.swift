/// A disk or drive as a domain document has it.
public struct ObservedDisk: Hashable, Sendable {
  /// `disk`, `cdrom`, `floppy` or `lun`.
  public var device: String
  /// The guest's device name.
  public var target: String
  /// The file or device on the host, or empty.
  public var path: String
  /// The format, such as `qcow2`.
  public var format: String
  /// True if the guest can't write.
  public var readOnly: Bool
  /// True if guests may share it.
  public var shareable: Bool
  /// The bus.
  public var bus: String
  /// What tells its bytes from all others of the host, whatever path leads there: of a file device and inode, of a
  /// block device its number; `volume:…` and `nvme:…` name what is no file. What begins with `net:` is the same on
  /// every host. Empty if it can't be told.
  public var identity: String

  /// The files that lie beneath it or that it is copied to, by its document and by what the agent can read of its
  /// header, with the names that they have without links.
  public var beneath: [String]

  /// Makes the value.
  public init(
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
  public var volume: (pool: String, name: String)? {
    guard path.isEmpty, identity.hasPrefix("volume:") else { return nil }
    let parts = identity.dropFirst("volume:".count).split(separator: "/", maxSplits: 1)
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}

extension ObservedDisk {
  /// True for a disk that one guest alone may write to.
  public var isWrittenAlone: Bool { isWritten && !shareable }
}
