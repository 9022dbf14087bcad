/// A libvirt storage pool of a host.
package struct StoragePool: Hashable, Sendable {
  /// Its name.
  package var name: String
  /// Its type, such as `dir`.
  package var type: String
  /// Its target path, or empty.
  package var path: String
  /// True while it runs.
  package var isActive: Bool
  /// True if it starts with libvirt.
  package var autostart: Bool
  /// Its size.
  package var capacity: ByteCount
  /// Its used space.
  package var allocation: ByteCount
  /// Its free space.
  package var available: ByteCount

  package init(
    name: String, type: String, path: String, isActive: Bool, autostart: Bool, capacity: ByteCount,
    allocation: ByteCount, available: ByteCount
  ) {
    self.name = name
    self.type = type
    self.path = path
    self.isActive = isActive
    self.autostart = autostart
    self.capacity = capacity
    self.allocation = allocation
    self.available = available
  }
}
