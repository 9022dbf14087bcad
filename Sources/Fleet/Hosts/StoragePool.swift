/// A libvirt storage pool of a host.
public struct StoragePool: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its type, such as `dir`.
  public var type: String
  /// Its target path, or empty.
  public var path: String
  /// True while it runs.
  public var isActive: Bool
  /// True if it starts with libvirt.
  public var autostart: Bool
  /// Its size.
  public var capacity: ByteCount
  /// What is in use.
  public var allocation: ByteCount
  /// What is free.
  public var available: ByteCount

  /// Makes the value.
  public init(
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
