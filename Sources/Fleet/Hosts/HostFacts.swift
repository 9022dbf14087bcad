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
  public var memory = ByteCount.zero
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
  public var versions = HostVersions()
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

/// A host's processors.
public struct CPUFacts: Hashable, Sendable {
  /// libvirt's name of the architecture.
  public var architecture: String
  /// libvirt's CPU model.
  public var model: String
  /// The vendor.
  public var vendor: String
  /// Sockets.
  public var sockets: Int
  /// Cores per socket.
  public var cores: Int
  /// Threads per core.
  public var threads: Int
  /// Logical CPUs online.
  public var logical: Int
  /// Clock rate in MHz, 0 if not known.
  public var megahertz: Int

  /// Makes the value.
  public init(
    architecture: String = "", model: String = "", vendor: String = "", sockets: Int = 0, cores: Int = 0,
    threads: Int = 0, logical: Int = 0, megahertz: Int = 0
  ) {
    self.architecture = architecture
    self.model = model
    self.vendor = vendor
    self.sockets = sockets
    self.cores = cores
    self.threads = threads
    self.logical = logical
    self.megahertz = megahertz
  }
}

/// One NUMA cell of a host.
public struct NUMACell: Hashable, Sendable {
  /// Its number.
  public var id: Int
  /// Its memory.
  public var memory: ByteCount
  /// Its logical CPUs.
  public var cpus: [Int]

  /// Makes the value.
  public init(id: Int, memory: ByteCount, cpus: [Int]) {
    self.id = id
    self.memory = memory
    self.cpus = cpus
  }
}

/// A host's pages of one size.
public struct HugePages: Hashable, Sendable {
  /// The size of a page.
  public var pageSize: ByteCount
  /// How many there are.
  public var total: Int
  /// How many are free.
  public var free: Int
  /// True for the size that the host takes for a guest that names none.
  public var isDefault: Bool

  /// The pages as far as they go into so much memory, and no more of them free than there are: what a host says of
  /// itself.
  public func held(in memory: ByteCount) -> HugePages {
    let most = pageSize > .zero ? Int(clamping: memory.bytes / pageSize.bytes) : 0
    let total = min(max(0, total), most)
    return HugePages(pageSize: pageSize, total: total, free: min(max(0, free), total), isDefault: isDefault)
  }

  /// Takes so many pages, or gives them back for a number below zero; held to the range of the type.
  public mutating func take(_ number: Int) {
    let (left, overflow) = free.subtractingReportingOverflow(number)
    free = overflow ? (number < 0 ? .max : .min) : left
  }

  /// Makes the value.
  public init(pageSize: ByteCount, total: Int, free: Int, isDefault: Bool = false) {
    self.pageSize = pageSize
    self.total = total
    self.free = free
    self.isDefault = isDefault
  }
}

extension [HugePages] {
  /// The size that the host takes for a guest that names none; 2 MiB, as on most, for a host that does not say.
  public var defaultSize: ByteCount { first(where: \.isDefault)?.pageSize ?? .mebibytes(2) }
}

/// A block device of a host.
public struct BlockDevice: Hashable, Sendable {
  /// The kernel's name.
  public var name: String
  /// Its size.
  public var size: ByteCount
  /// True for a spinning disk.
  public var rotational: Bool

  /// Makes the value.
  public init(name: String, size: ByteCount, rotational: Bool) {
    self.name = name
    self.size = size
    self.rotational = rotational
  }
}

/// An emulator of a host.
public struct Emulator: Hashable, Sendable {
  /// The guest architecture it runs.
  public var architecture: String
  /// Its path on the host.
  public var path: String
  /// Machine types it knows, names and aliases.
  public var machines: [String]
  /// `kvm` and `tcg`, as libvirt offers them.
  public var accelerators: [String]

  /// Makes the value.
  public init(architecture: String, path: String, machines: [String], accelerators: [String]) {
    self.architecture = architecture
    self.path = path
    self.machines = machines
    self.accelerators = accelerators
  }
}

/// Versions of what runs on a host.
public struct HostVersions: Hashable, Sendable {
  /// The agent's.
  public var agent: String
  /// libvirt's.
  public var libvirt: String
  /// QEMU's.
  public var qemu: String
  /// The kernel's.
  public var kernel: String

  /// Makes the value.
  public init(agent: String = "", libvirt: String = "", qemu: String = "", kernel: String = "") {
    self.agent = agent
    self.libvirt = libvirt
    self.qemu = qemu
    self.kernel = kernel
  }
}
