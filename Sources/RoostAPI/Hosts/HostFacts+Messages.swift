package import Fleet
package import RoostProto

extension HostFacts: MessageDecodable {
  package init(_ message: Roost_V1_HostFacts, at path: FieldPath) throws(FleetError) {
    self.init()
    hostname = message.hostname
    libvirtURI = message.libvirtUri
    cpu = try CPUFacts(message.cpu, at: path.field("cpu"))
    numa = try path.list(message.numa, "numa")
    memory = try path.memory(message.memoryBytes, "memory_bytes")
    let memory = memory
    hugePages = try path.list(message.hugePages, "huge_pages").map { (pages: HugePages) in pages.held(in: memory) }
    emulators = try path.list(message.emulators, "emulators")
    networks = try path.list(message.networks, "networks")
    bridges = message.bridges
    pools = try path.list(message.pools, "pools")
    networkFolders = Array(message.networkFolders.prefix(Self.networkFolderLimit))
    versions = try HostVersions(message.versions, at: path.field("versions"))
    bootID = message.bootID
    kvmUsable = message.kvmUsable
    checks = try path.list(message.checks, "checks")
    capacity = try HostCapacity(message.capacity, at: path.field("capacity"))
    disks = try path.list(message.disks, "disks")
    imageDirectory = message.imageDir
    imageDirectoryProblem = message.imageDirProblem
    cpuModels = message.cpuModels
    offers = Array(message.offers.prefix(Self.offerLimit))
    if message.hasTrust { trust = try HostTrust(message.trust, at: path.field("trust")) }
  }

  /// The facts as the wire carries them.
  package var message: Roost_V1_HostFacts {
    var result = Roost_V1_HostFacts()
    result.hostname = hostname
    result.libvirtUri = libvirtURI
    result.cpu = cpu.message
    result.numa = numa.map(\.message)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.hugePages = hugePages.map(\.message)
    result.emulators = emulators.map(\.message)
    result.networks = networks.map(\.message)
    result.bridges = bridges
    result.pools = pools.map(\.message)
    result.networkFolders = networkFolders
    result.versions = versions.message
    result.bootID = bootID
    result.kvmUsable = kvmUsable
    result.checks = checks.map(\.message)
    result.capacity = capacity.message
    result.disks = disks.map(\.message)
    result.imageDir = imageDirectory
    result.imageDirProblem = imageDirectoryProblem
    result.cpuModels = cpuModels
    result.offers = offers
    if let trust { result.trust = trust.message }
    return result
  }
}

extension CPUFacts: MessageDecodable {
  package init(_ message: Roost_V1_CPU, at path: FieldPath) throws(FleetError) {
    self.init(
      architecture: message.architecture, model: message.model, vendor: message.vendor,
      sockets: Int(clamping: message.sockets), cores: Int(clamping: message.cores),
      threads: Int(clamping: message.threads),
      logical: Int(clamping: message.logical), megahertz: Int(clamping: message.mhz))
  }

  /// The processors as the wire carries them.
  package var message: Roost_V1_CPU {
    var result = Roost_V1_CPU()
    result.architecture = architecture
    result.model = model
    result.vendor = vendor
    result.sockets = UInt32(clamping: sockets)
    result.cores = UInt32(clamping: cores)
    result.threads = UInt32(clamping: threads)
    result.logical = UInt32(clamping: logical)
    result.mhz = UInt32(clamping: megahertz)
    return result
  }
}

extension NUMACell: MessageDecodable {
  package init(_ message: Roost_V1_NUMACell, at path: FieldPath) throws(FleetError) {
    self.init(
      id: Int(clamping: message.id), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      cpus: message.cpus.map { Int(clamping: $0) })
  }

  /// The cell as the wire carries it.
  package var message: Roost_V1_NUMACell {
    var result = Roost_V1_NUMACell()
    result.id = UInt32(clamping: id)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.cpus = cpus.map { UInt32(clamping: $0) }
    return result
  }
}

extension HugePages: MessageDecodable {
  package init(_ message: Roost_V1_HugePages, at path: FieldPath) throws(FleetError) {
    self.init(
      pageSize: try path.memory(message.pageBytes, "page_bytes"),
      total: Int(clamping: message.total), free: Int(clamping: message.free),
      isDefault: message.isDefault)
  }

  /// The pages as the wire carries them.
  package var message: Roost_V1_HugePages {
    var result = Roost_V1_HugePages()
    result.pageBytes = UInt64(clamping: pageSize.bytes)
    result.total = UInt64(clamping: total)
    result.free = UInt64(clamping: free)
    result.isDefault = isDefault
    return result
  }
}

extension BlockDevice: MessageDecodable {
  package init(_ message: Roost_V1_BlockDevice, at path: FieldPath) throws(FleetError) {
    self.init(
      name: message.name, size: try path.memory(message.sizeBytes, "size_bytes"), rotational: message.rotational)
  }

  /// The device as the wire carries it.
  package var message: Roost_V1_BlockDevice {
    var result = Roost_V1_BlockDevice()
    result.name = name
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.rotational = rotational
    return result
  }
}

extension Emulator: MessageDecodable {
  package init(_ message: Roost_V1_Emulator, at path: FieldPath) throws(FleetError) {
    self.init(
      architecture: message.arch, path: message.path, machines: message.machines,
      accelerators: message.accelerators)
  }

  /// The emulator as the wire carries it.
  package var message: Roost_V1_Emulator {
    var result = Roost_V1_Emulator()
    result.arch = architecture
    result.path = path
    result.machines = machines
    result.accelerators = accelerators
    return result
  }
}

extension HostVersions: MessageDecodable {
  package init(_ message: Roost_V1_Versions, at path: FieldPath) throws(FleetError) {
    self.init(
      agent: message.agent, libvirt: message.libvirt, qemu: message.qemu, kernel: message.kernel)
  }

  /// The versions as the wire carries them.
  package var message: Roost_V1_Versions {
    var result = Roost_V1_Versions()
    result.agent = agent
    result.libvirt = libvirt
    result.qemu = qemu
    result.kernel = kernel
    return result
  }
}

extension HostCapacity: MessageDecodable {
  package init(_ message: Roost_V1_Capacity, at path: FieldPath) throws(FleetError) {
    self.init(
      vcpus: Int(clamping: message.vcpus), memory: try path.memory(message.memoryBytes, "memory_bytes"),
      disk: try path.memory(message.diskBytes, "disk_bytes"), cpuRatio: message.cpuRatio,
      memoryRatio: message.memoryRatio,
      reservedMemory: try path.memory(message.reservedMemoryBytes, "reserved_memory_bytes"))
  }

  /// The capacity as the wire carries it.
  package var message: Roost_V1_Capacity {
    var result = Roost_V1_Capacity()
    result.vcpus = UInt32(clamping: vcpus)
    result.memoryBytes = UInt64(clamping: memory.bytes)
    result.diskBytes = UInt64(clamping: disk.bytes)
    result.cpuRatio = cpuRatio
    result.memoryRatio = memoryRatio
    result.reservedMemoryBytes = UInt64(clamping: reservedMemory.bytes)
    return result
  }
}

extension CheckResult: MessageDecodable {
  package init(_ message: Roost_V1_CheckResult, at path: FieldPath) throws(FleetError) {
    self.init(
      check: message.check, result: try path.word(message.result, "result"), detail: message.detail,
      fix: message.fix)
  }

  /// The result as the wire carries it.
  package var message: Roost_V1_CheckResult {
    var result = Roost_V1_CheckResult()
    result.check = check
    result.result = self.result.rawValue
    result.detail = detail.held()
    result.fix = fix.held()
    return result
  }
}
