/// A host's pages of one size.
public struct HugePages: Hashable, Sendable {
  /// The size of a page.
  public var pageSize: Memory
  /// How many there are.
  public var total: Int
  /// How many are free.
  public var free: Int

  /// Makes the value.
  public init(pageSize: Memory, total: Int, free: Int) {
    self.pageSize = pageSize
    self.total = total
    self.free = free
  }
}
