internal import CLibvirt
internal import Glibc

// SAFETY, for the closures below: each passes the handle it is lent, text that libvirt copies, and
// numbers on the stack that libvirt fills before it returns.
extension Connection {
  /// The version of the daemon's libvirt.
  package func libvirtVersion() throws -> Version {
    var packed: UInt = 0
    try call("virConnectGetLibVersion") { unsafe virConnectGetLibVersion($0, &packed) }
    return Version(packed: packed)
  }

  /// The version of the hypervisor, QEMU as a rule; 0.0.0 if the driver cannot tell.
  package func hypervisorVersion() throws -> Version {
    var packed: UInt = 0
    try call("virConnectGetVersion") { unsafe virConnectGetVersion($0, &packed) }
    return Version(packed: packed)
  }

  /// The driver's name, such as `QEMU`.
  package func hypervisorType() throws -> String {
    try withPointer { try unsafe ReturnCode.copy(virConnectGetType($0), "virConnectGetType") }
  }

  /// The host's name as the daemon knows it.
  package func hostname() throws -> String {
    try text("virConnectGetHostname") { unsafe virConnectGetHostname($0) }
  }

  /// The URI in use, which may say more than the one asked for.
  package func uri() throws -> String {
    try text("virConnectGetURI") { unsafe virConnectGetURI($0) }
  }

  /// What the host and its emulators can do, as a `<capabilities>` document.
  package func capabilitiesXML() throws -> String {
    try text("virConnectGetCapabilities") { unsafe virConnectGetCapabilities($0) }
  }

  /// What one emulator can do, as a `<domainCapabilities>` document; nil asks for the host's default.
  ///
  /// Corresponds to `virConnectGetDomainCapabilities`,
  /// <https://libvirt.org/html/libvirt-libvirt-domain.html#virConnectGetDomainCapabilities>.
  /// Throws `invalidArgument` if the host has no such emulator.
  package func domainCapabilitiesXML(
    emulator: String? = nil, arch: String? = nil, machine: String? = nil, virtType: String? = nil
  ) throws -> String {
    let function: StaticString = "virConnectGetDomainCapabilities"
    for argument in [emulator, arch, machine, virtType].compactMap({ $0 }) {
      _ = try ReturnCode.whole(argument, function)
    }
    return try text(function) {
      unsafe virConnectGetDomainCapabilities($0, emulator, arch, machine, virtType, 0)
    }
  }

  /// The host's processors and memory.
  package func nodeInfo() throws -> NodeInfo {
    var info = virNodeInfo()
    try call("virNodeGetInfo") { unsafe virNodeGetInfo($0, &info) }
    let model = unsafe withUnsafePointer(to: info) { unsafe String(cString: roost_node_model($0)) }
    return NodeInfo(
      model: model, memoryBytes: UInt64(kibibytes: info.memory), cpus: Int(info.cpus),
      megahertz: Int(info.mhz), nodes: Int(info.nodes), sockets: Int(info.sockets),
      cores: Int(info.cores), threads: Int(info.threads))
  }

  /// Free memory of the whole host in bytes.
  package func freeMemoryBytes() throws -> UInt64 {
    // Zero means an error here, because every running host has free pages.
    try withPointer { pointer in
      let free = unsafe virNodeGetFreeMemory(pointer)
      try ReturnCode.check(free == 0 ? -1 : 0, "virNodeGetFreeMemory")
      return free
    }
  }

  /// The host's logical processors.
  package func cpuMap() throws -> CPUMap {
    var bits: UnsafeMutablePointer<UInt8>? = nil
    let present = Int(try call("virNodeGetCPUMap") { unsafe virNodeGetCPUMap($0, &bits, nil, 0) })
    // SAFETY: libvirt allocated one bit for each processor present and left it to us.
    guard let bits = unsafe bits else { return CPUMap(present: present, online: []) }
    defer { unsafe free(bits) }
    let online = (0..<present).filter { unsafe bits[$0 / 8] & (1 << UInt8($0 % 8)) != 0 }
    return CPUMap(present: present, online: online)
  }

  /// Free pages of the given sizes on each of the first `nodes` NUMA nodes.
  ///
  /// ``capabilitiesXML()`` lists a host's page sizes. One entry for each size, in order; empty for no size, no node, or
  /// more than any host has (64 sizes, 4096 nodes).
  package func freePages(pageKibibytes sizes: [UInt32], nodes: Int) throws -> [FreePages] {
    guard !sizes.isEmpty, sizes.count <= 64, nodes > 0, nodes <= 4096 else { return [] }
    let nodeCount = UInt32(nodes)
    var pages = sizes
    var counts = [UInt64](repeating: 0, count: sizes.count * nodes)
    // Nodes come one after the other, each with all sizes. The test driver fills them but returns 0, so the return
    // value is ignored.
    try call("virNodeGetFreePages") {
      unsafe virNodeGetFreePages($0, UInt32(pages.count), &pages, 0, nodeCount, &counts, 0)
    }
    return sizes.enumerated().map { index, size in
      let places = stride(from: index, to: counts.count, by: sizes.count)
      return FreePages(pageKibibytes: size, countByNode: places.map { counts[$0] })
    }
  }
}

/// Which logical processors a host has, and which of them are online.
package struct CPUMap: Sendable, Hashable {
  /// How many there are, including offline ones.
  package let present: Int
  /// The numbers of those online, ascending.
  package let online: [Int]
}

/// Free memory pages of one size on each NUMA node.
package struct FreePages: Sendable, Hashable {
  /// The size of a page in KiB.
  package let pageKibibytes: UInt32
  /// Free pages by node, from node 0.
  package let countByNode: [UInt64]
}

/// The processors and memory of a host; corresponds to `virNodeInfo`.
package struct NodeInfo: Sendable, Hashable {
  /// The CPU architecture, such as `x86_64`.
  package let model: String
  /// The total memory.
  package let memoryBytes: UInt64
  /// Logical processors that are online.
  package let cpus: Int
  /// Clock frequency in MHz; 0 if unknown.
  package let megahertz: Int
  /// NUMA nodes; 1 also if there is no NUMA.
  package let nodes: Int
  /// CPU sockets per node.
  package let sockets: Int
  /// Cores per socket.
  package let cores: Int
  /// Threads per core.
  package let threads: Int
}

extension UInt64 {
  /// Bytes from libvirt's KiB, held at the largest number instead of overflowing.
  init(kibibytes: some BinaryInteger) {
    let (bytes, overflow) = UInt64(clamping: kibibytes).multipliedReportingOverflow(by: 1024)
    self = overflow ? .max : bytes
  }
}
