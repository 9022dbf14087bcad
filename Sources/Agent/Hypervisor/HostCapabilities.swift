public import Fleet

/// What libvirt tells of a host that does not change while it runs.
public struct HostCapabilities: Hashable, Sendable {
  /// libvirt's UUID of the host.
  public var hostUUID = ""
  /// The host's processors.
  public var cpu = CPUFacts()
  /// NUMA cells.
  public var numa: [NUMACell] = []
  /// All memory.
  public var memory = ByteCount.zero
  /// Emulators with their machine types and accelerators.
  public var emulators: [Emulator] = []
  /// libvirt's version.
  public var libvirtVersion = ""
  /// QEMU's version.
  public var hypervisorVersion = ""
  /// CPU models that guests of the host's own architecture can have, by name.
  public var cpuModels: [String] = []
  /// What emulators can do, as ``HostFacts/offers`` names it.
  public var offers: [String] = []

  /// Makes a value that tells nothing.
  public init() {}
}
