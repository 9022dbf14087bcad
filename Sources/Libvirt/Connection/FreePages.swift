/// Free memory pages of one size on each NUMA node.
public struct FreePages: Sendable, Hashable {
  /// The size of a page in KiB.
  public let pageKibibytes: UInt32
  /// Free pages by node, from node 0.
  public let countByNode: [UInt64]
}
