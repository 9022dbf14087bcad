/// A host's pages of one size.
public struct HugePages: Hashable, Sendable {
  /// The size of a page.
  public var pageSize: Memory
  /// How many there are.
  public var total: Int
  /// How many are free.
  public var free: Int
  /// True for the size that the host takes for a guest that names none.
  public var isDefault: Bool

  /// The pages as far as they go into so much memory, and no more of them free than there are: what a host says of
  /// itself.
  public func held(in memory: Memory) -> HugePages {
    let most = pageSize > .zero ? Int(clamping: memory.bytes / pageSize.bytes) : 0
    let total = min(max(0, total), most)
    return HugePages(pageSize: pageSize, total: total, free: min(max(0, free), total), isDefault: isDefault)
  }

  /// Takes so many pages, or gives them back for a number below zero; held to the range of the type.
  public mutating func take(_ number: Int) {
    let (left, overflow) = free.subtractingReportingOverflow(number)
    free = overflow ? (number < 0 ? .max : .min) : left
  }

  /// Makes the value.
  public init(pageSize: Memory, total: Int, free: Int, isDefault: Bool = false) {
    self.pageSize = pageSize
    self.total = total
    self.free = free
    self.isDefault = isDefault
  }
}

extension [HugePages] {
  /// The size that the host takes for a guest that names none; 2 MiB, as on most, for a host that does not say.
  public var defaultSize: Memory { first(where: \.isDefault)?.pageSize ?? .mebibytes(2) }
}
