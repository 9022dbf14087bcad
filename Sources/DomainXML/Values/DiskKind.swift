/// Where a disk's bytes are: `<disk type>`.
public struct DiskKind: DocumentWord {
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
