/// What an agent sees of its host.
public struct HostFacts: Hashable, Sendable {
  /// The host's own name.
  public var hostname = ""
  /// The libvirt URI the agent uses.
  public var libvirtURI = ""
  /// Its processors.
  public var cpu = CPUFacts()
  /// Its NUMA cells.
  public var numa: [NUMACell] = []
  /// Its memory.
  public var memory = Memory.zero
  /// Its huge pages, by page size.
  public var hugePages: [HugePages] = []
  /// Its emulators, one for each architecture.
  public var emulators: [Emulator] = []
  /// Its libvirt networks.
  public var networks: [HostNetwork] = []
  /// Names of its Linux bridges, libvirt's and others'.
  public var bridges: [String] = []
  /// Its storage pools.
  public var pools: [StoragePool] = []
  /// Versions of what runs there.
  public var versions = Versions()
  /// Changes with each boot of the host.
  public var bootID = ""
  /// True if a guest really ran under KVM when the host was checked.
  public var kvmUsable = false
  /// The host checks.
  public var checks: [CheckResult] = []
  /// The share of the host that the fleet may reserve.
  public var capacity = HostCapacity(vcpus: 0, memory: .zero, disk: .zero)
  /// Its block devices.
  public var disks: [BlockDevice] = []
  /// Where Roost puts disk images.
  public var imageDirectory = ""
  /// Why the image directory can't be looked at, one sentence, or empty.
  public var imageDirectoryProblem = ""
  /// CPU models that its guests of its own architecture can have, by name.
  public var cpuModels: [String] = []
  /// What it lets the fleet do beyond plain VMs; nil for an agent that does not say.
  public var trust: HostTrust?

  /// What its emulators can do and what devices it has, each as `kind/value` with a kind of ``HostNeed``, sorted; at
  /// most ``offerLimit``. A kind that was looked for stands there without a value too, so that what is lacking is told
  /// from what nobody looked for.
  public var offers: [String] = []
  /// How many offers a host reports.
  public static let offerLimit = 1024

  /// Makes empty facts, to be filled in.
  public init() {}
}
