public import Fleet
public import RoostProto

extension HostFacts: MessageDecodable {
  public init(_ message: Roost_V1_HostFacts, at path: FieldPath) throws(FleetError) {
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
    versions = try Versions(message.versions, at: path.field("versions"))
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
  public var message: Roost_V1_HostFacts {
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
