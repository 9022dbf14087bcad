package import Fleet

/// Facts from libvirt that do not change while it runs.
package struct HostCapabilities: Hashable, Sendable {
  /// libvirt's UUID of the host.
  package var hostUUID = ""
  /// The host's processors.
  package var cpu = CPUFacts()
  /// NUMA cells.
  package var numa: [NUMACell] = []
  /// The total memory.
  package var memory = ByteCount.zero
  /// Emulators with their machine types and accelerators.
  package var emulators: [Emulator] = []
  /// libvirt's version.
  package var libvirtVersion = ""
  /// QEMU's version.
  package var hypervisorVersion = ""
  /// CPU models for guests of the host's own architecture, by name.
  package var cpuModels: [String] = []
  /// What emulators can do, as ``HostFacts/offers`` names it.
  package var offers: [String] = []

  /// Makes an empty value.
  package init() {}
}
