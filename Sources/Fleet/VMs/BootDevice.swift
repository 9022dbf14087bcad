/// What a guest may boot from, by libvirt's words.
public enum BootDevice: String, Hashable, Sendable, CaseIterable {
  /// The first disk.
  case disk = "hd"
  /// The first drive with a medium.
  case cdrom
  /// A network boot server.
  case network
}
