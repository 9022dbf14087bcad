/// A block device of a host.
public struct BlockDevice: Hashable, Sendable {
  /// The kernel's name.
  public var name: String
  /// Its size.
  public var size: Memory
  /// True for a spinning disk.
  public var rotational: Bool

  /// Makes the value.
  public init(name: String, size: Memory, rotational: Bool) {
    self.name = name
    self.size = size
    self.rotational = rotational
  }
}
