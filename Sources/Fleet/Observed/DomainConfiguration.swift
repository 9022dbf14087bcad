/// What one domain document says of a guest.
public struct DomainConfiguration: Hashable, Sendable {
  /// Virtual CPUs.
  public var vcpus: Int
  /// Memory.
  public var memory: Memory
  /// The guest's architecture.
  public var architecture: String
  /// The machine type.
  public var machine: String
  /// libvirt's domain type, such as `kvm` or `qemu`.
  public var type: String
  /// Network interfaces.
  public var nics: [ObservedNIC]
  /// Disks and drives.
  public var disks: [ObservedDisk]
  /// Displays.
  public var graphics: [ObservedGraphics]
  /// True if it has a serial device.
  public var hasSerialConsole: Bool
  /// The SMBIOS UUID, if the document overrides it, else empty.
  public var smbiosUUID: String
  /// The memory the guest can be given without a restart; zero if that is not known.
  public var maximumMemory: Memory
  /// The virtual CPUs the guest can be given without a restart; zero if that is not known.
  public var maximumVCPUs: Int

  /// Makes the value.
  public init(
    vcpus: Int = 0, memory: Memory = .zero, architecture: String = "", machine: String = "", type: String = "",
    nics: [ObservedNIC] = [], disks: [ObservedDisk] = [], graphics: [ObservedGraphics] = [],
    hasSerialConsole: Bool = false, smbiosUUID: String = "", maximumMemory: Memory = .zero, maximumVCPUs: Int = 0
  ) {
    self.vcpus = vcpus
    self.memory = memory
    self.architecture = architecture
    self.machine = machine
    self.type = type
    self.nics = nics
    self.disks = disks
    self.graphics = graphics
    self.hasSerialConsole = hasSerialConsole
    self.smbiosUUID = smbiosUUID
    self.maximumMemory = maximumMemory
    self.maximumVCPUs = maximumVCPUs
  }
}
