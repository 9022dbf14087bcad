/// A domain's state and sizes; corresponds to `virDomainInfo`.
public struct DomainInfo: Sendable, Hashable {
  /// What it does.
  public let state: DomainState
  /// The most memory it may have.
  public let maximumMemoryBytes: UInt64
  /// The memory it has now.
  public let memoryBytes: UInt64
  /// The processors it has now.
  public let vcpus: Int
  /// Processor time used since it started.
  public let cpuTimeNanoseconds: UInt64
}
