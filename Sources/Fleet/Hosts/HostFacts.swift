/// What an agent reports of its host.
package struct HostFacts: Hashable, Sendable {
  /// The host's own name.
  package var hostname = ""
  /// The libvirt URI the agent uses.
  package var libvirtURI = ""
  /// Its processors.
  package var cpu = CPUFacts()
  /// Its NUMA cells.
  package var numa: [NUMACell] = []
  /// Its memory.
  package var memory = ByteCount.zero
  /// Its huge pages, by page size.
  package var hugePages: [HugePages] = []
  /// Its emulators, one for each architecture.
  package var emulators: [Emulator] = []
  /// Its libvirt networks.
  package var networks: [HostNetwork] = []
  /// Names of its Linux bridges, libvirt's and others'.
  package var bridges: [String] = []
  /// Its storage pools.
  package var pools: [StoragePool] = []
  /// Versions of the software there.
  package var versions = HostVersions()
  /// The boot's UUID, from `/proc/sys/kernel/random/boot_id`.
  package var bootID = ""
  /// True if a guest ran under KVM when the host was checked.
  package var kvmUsable = false
  /// The host checks.
  package var checks: [CheckResult] = []
  /// The resources that the fleet may reserve.
  package var capacity = HostCapacity(vcpus: 0, memory: .zero, disk: .zero)
  /// Its block devices.
  package var disks: [BlockDevice] = []
  /// The directory where Roost puts disk images.
  package var imageDirectory = ""
  /// Why the image directory can't be read, one sentence, or empty.
  package var imageDirectoryProblem = ""
  /// CPU models for guests of its own architecture, by name.
  package var cpuModels: [String] = []
  /// What it permits beyond plain VMs; nil for an agent that does not report it.
  package var trust: HostTrust?

  /// What its emulators support and what devices it has, each as `kind/value` with a kind of ``HostNeed``, sorted; at
  /// most ``offerLimit``. A kind that was examined also appears without a value, which distinguishes a kind that is
  /// lacking from one that was not examined.
  package var offers: [String] = []
  /// The most offers that a host reports.
  package static let offerLimit = 1024

  /// Makes empty facts.
  package init() {}
}

/// The processors of a host.
package struct CPUFacts: Hashable, Sendable {
  /// libvirt's name of the architecture.
  package var architecture: String
  /// libvirt's CPU model.
  package var model: String
  /// The vendor.
  package var vendor: String
  /// Sockets.
  package var sockets: Int
  /// Cores per socket.
  package var cores: Int
  /// Threads per core.
  package var threads: Int
  /// Logical CPUs online.
  package var logical: Int
  /// Clock rate in MHz, 0 if unknown.
  package var megahertz: Int

  package init(
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
package struct NUMACell: Hashable, Sendable {
  /// The kernel's number of the cell.
  package var id: Int
  /// Its total memory.
  package var memory: ByteCount
  /// The kernel's numbers of its logical CPUs.
  package var cpus: [Int]

  package init(id: Int, memory: ByteCount, cpus: [Int]) {
    self.id = id
    self.memory = memory
    self.cpus = cpus
  }
}

/// A host's pages of one size.
package struct HugePages: Hashable, Sendable {
  /// The size of a page.
  package var pageSize: ByteCount
  /// How many there are.
  package var total: Int
  /// How many are free.
  package var free: Int
  /// True for the size that the host uses for a guest that names none.
  package var isDefault: Bool

  /// The pages clamped to what fits into the given memory, with at most that many free; for values that a host reports.
  package func held(in memory: ByteCount) -> HugePages {
    let most = pageSize > .zero ? Int(clamping: memory.bytes / pageSize.bytes) : 0
    let total = min(max(0, total), most)
    return HugePages(pageSize: pageSize, total: total, free: min(max(0, free), total), isDefault: isDefault)
  }

  /// Takes pages, or returns them with a negative number; clamped to the range of the type.
  package mutating func take(_ number: Int) {
    let (left, overflow) = free.subtractingReportingOverflow(number)
    free = overflow ? (number < 0 ? .max : .min) : left
  }

  package init(pageSize: ByteCount, total: Int, free: Int, isDefault: Bool = false) {
    self.pageSize = pageSize
    self.total = total
    self.free = free
    self.isDefault = isDefault
  }
}

extension [HugePages] {
  /// The size that the host uses for a guest that names none; 2 MiB, the most common one, for a host that does not
  /// report it.
  package var defaultSize: ByteCount { first(where: \.isDefault)?.pageSize ?? .mebibytes(2) }
}

/// A block device of a host.
package struct BlockDevice: Hashable, Sendable {
  /// The kernel's name.
  package var name: String
  /// Its size.
  package var size: ByteCount
  /// True for a spinning disk.
  package var rotational: Bool

  package init(name: String, size: ByteCount, rotational: Bool) {
    self.name = name
    self.size = size
    self.rotational = rotational
  }
}

/// An emulator of a host.
package struct Emulator: Hashable, Sendable {
  /// The guest architecture it runs.
  package var architecture: String
  /// Its path on the host.
  package var path: String
  /// Machine types it knows, names and aliases.
  package var machines: [String]
  /// `kvm` and `tcg`, as libvirt offers them.
  package var accelerators: [String]

  package init(architecture: String, path: String, machines: [String], accelerators: [String]) {
    self.architecture = architecture
    self.path = path
    self.machines = machines
    self.accelerators = accelerators
  }
}

/// Versions of the software on a host.
package struct HostVersions: Hashable, Sendable {
  /// The agent's.
  package var agent: String
  /// libvirt's.
  package var libvirt: String
  /// QEMU's.
  package var qemu: String
  /// The kernel's.
  package var kernel: String

  package init(agent: String = "", libvirt: String = "", qemu: String = "", kernel: String = "") {
    self.agent = agent
    self.libvirt = libvirt
    self.qemu = qemu
    self.kernel = kernel
  }
}
