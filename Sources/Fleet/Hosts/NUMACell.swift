/// One NUMA cell of a host.
public struct NUMACell: Hashable, Sendable {
  /// Its number.
  public var id: Int
  /// Its memory.
  public var memory: Memory
  /// Its logical CPUs.
  public var cpus: [Int]

  /// Makes the value.
  public init(id: Int, memory: Memory, cpus: [Int]) {
    self.id = id
    self.memory = memory
    self.cpus = cpus
  }
}
