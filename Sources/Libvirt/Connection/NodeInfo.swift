/// The processors and memory of a host; corresponds to `virNodeInfo`.
public struct NodeInfo: Sendable, Hashable {
  /// The CPU architecture, such as `x86_64`.
  public let model: String
  /// All memory.
  public let memoryBytes: UInt64
  /// Logical processors that are online.
  public let cpus: Int
  /// Clock frequency in MHz; 0 if unknown.
  public let megahertz: Int
  /// NUMA nodes; 1 also if there is no NUMA.
  public let nodes: Int
  /// CPU sockets per node.
  public let sockets: Int
  /// Cores per socket.
  public let cores: Int
  /// Threads per core.
  public let threads: Int
}

/// Which logical processors a host has, and which of them are online.
public struct CPUMap: Sendable, Hashable {
  /// How many there are, offline ones among them.
  public let present: Int
  /// The numbers of those online, ascending.
  public let online: [Int]
}

/// Free memory pages of one size on each NUMA node.
public struct FreePages: Sendable, Hashable {
  /// The size of a page in KiB.
  public let pageKibibytes: UInt32
  /// Free pages by node, from node 0.
  public let countByNode: [UInt64]
}
