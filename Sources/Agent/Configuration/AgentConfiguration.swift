public import Fleet

/// What `agent.toml` in the state directory says; whatever it leaves out is taken from the host.
public struct AgentConfiguration: Hashable, Sendable {
  /// The share of the machine that the fleet may reserve; each part nil for the host's own.
  public struct Capacity: Hashable, Sendable {
    /// Processors that count; nil for all logical ones.
    public var vcpus: Int?
    /// Memory; nil for all.
    public var memory: Memory?
    /// Disk space; nil for the size of the file system with the image directory.
    public var disk: Memory?
    /// Virtual CPUs for each processor.
    public var cpuRatio: Double?
    /// Nominal memory for each byte of memory.
    public var memoryRatio: Double?
    /// Memory kept for the host itself; nil for a tenth, at most 1 GiB.
    public var reservedMemory: Memory?

    /// Makes a share that is wholly the host's own.
    public init() {}
  }

  /// Where disks and cached images go.
  public var imageDirectory = "/var/lib/libvirt/images"
  /// libvirt's URI; nil for the one given when the host joined.
  public var libvirtURI: String?
  /// The share of the machine that the fleet may reserve.
  public var capacity = Capacity()

  /// Makes a configuration that says nothing.
  public init() {}

  /// The capacity of a machine of this size.
  public func capacity(logicalCPUs: Int, memory: Memory, disk: Memory) -> HostCapacity {
    let total = capacity.memory ?? memory
    let reserved = capacity.reservedMemory ?? min(.gibibytes(1), Memory(bytes: total.bytes / 10))
    return HostCapacity(
      vcpus: capacity.vcpus ?? logicalCPUs, memory: total, disk: capacity.disk ?? disk,
      cpuRatio: capacity.cpuRatio ?? 1, memoryRatio: capacity.memoryRatio ?? 1, reservedMemory: reserved)
  }
}
