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
  public var capacity: Memory
  /// What is in use.
  public var allocation: Memory
  /// What is free.
  public var available: Memory

  /// Makes the value.
  public init(
    name: String, type: String, path: String, isActive: Bool, autostart: Bool, capacity: Memory,
    allocation: Memory, available: Memory
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
