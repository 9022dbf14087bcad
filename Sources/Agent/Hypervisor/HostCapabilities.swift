package import Fleet

/// What libvirt tells of a host that does not change while it runs.
package struct HostCapabilities: Hashable, Sendable {
  /// libvirt's UUID of the host.
  package var hostUUID = ""
  /// The host's processors.
  package var cpu = CPUFacts()
  /// NUMA cells.
  package var numa: [NUMACell] = []
  /// All memory.
  package var memory = ByteCount.zero
  /// Emulators with their machine types and accelerators.
  package var emulators: [Emulator] = []
  /// libvirt's version.
  package var libvirtVersion = ""
  /// QEMU's version.
  package var hypervisorVersion = ""
  /// CPU models that guests of the host's own architecture can have, by name.
  package var cpuModels: [String] = []
  /// What emulators can do, as ``HostFacts/offers`` names it.
  package var offers: [String] = []

  /// Makes a value that tells nothing.
  package init() {}
}
