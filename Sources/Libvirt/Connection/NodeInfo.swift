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
