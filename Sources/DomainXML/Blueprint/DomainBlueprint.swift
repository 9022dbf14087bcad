/// What a new guest is to be, from which a ``DomainDocument`` is written.
public struct DomainBlueprint: Hashable, Sendable {
  /// The guest's name.
  public var name: String
  /// The guest's UUID; nil lets libvirt make one.
  public var uuid: String?
  /// What runs it.
  public var type: DomainType
  /// Such as `x86_64`.
  public var architecture: String
  /// Such as `q35` or `pc`; nil takes the emulator's first choice.
  public var machine: String?
  /// The emulator's path on the host; nil lets libvirt choose.
  public var emulator: String?
  /// Memory in bytes, above zero.
  public var memoryBytes: Int64
  /// Virtual processors, at least 1.
  public var vcpus: Int
  /// How the processor is chosen; nil leaves it to the emulator.
  public var cpuMode: CPUMode?
  /// What the firmware tries, first to last.
  public var bootOrder: [BootDevice] = [.disk]
  /// Disks and drives in the order in which the guest finds them.
  public var disks: [NewDisk] = []
  /// A raw image for a CD-ROM drive of its own; nil for no such drive.
  public var cdromPath: String?
  /// Interfaces in the order in which the guest finds them.
  public var interfaces: [NewInterface] = []
  /// The VNC server's port; nil for no VNC.
  public var vncPort: Int?
  /// Where the VNC server listens.
  public var vncListen = "127.0.0.1"
  /// Whether there is a serial port with a console on it.
  public var hasSerial = true
  /// The video model; nil takes what every guest of this machine type can show a console on.
  public var video: String?
  /// What the clock starts from.
  public var clockOffset = "utc"
  /// Words about the guest; nil for none.
  public var details: String?
  /// Roost's mark; nil for none.
  public var mark: RoostMark?

  /// A guest with the least that one needs.
  public init(
    name: String, uuid: String? = nil, type: DomainType, architecture: String, machine: String? = nil,
    emulator: String? = nil, memoryBytes: Int64, vcpus: Int, cpuMode: CPUMode? = nil
  ) {
    self.name = name
    self.uuid = uuid
    self.type = type
    self.architecture = architecture
    self.machine = machine
    self.emulator = emulator
    self.memoryBytes = memoryBytes
    self.vcpus = vcpus
    self.cpuMode = cpuMode
  }
}
