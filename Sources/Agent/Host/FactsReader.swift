internal import Fleet
internal import Foundation

/// Reads all facts of the host.
struct FactsReader: Sendable {
  let hypervisor: any Hypervisor
  let kernel: KernelFiles
  let configuration: AgentConfiguration
  let uri: String
  let trust: HostTrustReader
  let clock: any WallClock
  /// Finds the size and the free space of the file system that holds a path; bounded in time.
  let space: @Sendable (String) async throws -> (size: ByteCount, free: ByteCount)?

  /// Reads the facts.
  ///
  /// While libvirt does not answer, what only libvirt knows is taken from `last`, so that the host does not seem to
  /// have lost its networks.
  func read(last: HostFacts?, checks: [CheckResult], kvmUsable: Bool) async -> HostFacts {
    var facts = last ?? HostFacts()
    if let capabilities = try? await hypervisor.capabilities() {
      facts.cpu = capabilities.cpu
      facts.numa = capabilities.numa
      facts.memory = capabilities.memory
      facts.emulators = capabilities.emulators
      facts.versions.libvirt = capabilities.libvirtVersion
      facts.versions.qemu = capabilities.hypervisorVersion
      facts.cpuModels = capabilities.cpuModels
      let offers = Set(capabilities.offers + kernel.deviceOffers).sorted()
      facts.offers = Array(offers.prefix(HostFacts.offerLimit))
    }
    if let networks = try? await hypervisor.networks() { facts.networks = networks }
    if let pools = try? await hypervisor.pools() { facts.pools = pools }
    // If libvirt has never answered, the kernel's numbers are used.
    if facts.cpu.logical == 0 { facts.cpu.logical = kernel.logicalCPUs }
    if facts.memory == .zero { facts.memory = kernel.totalMemory }
    facts.hostname = HostName.current
    facts.libvirtURI = uri
    facts.hugePages = kernel.hugePages
    facts.bridges = kernel.bridges
    facts.networkFolders = Array(kernel.networkFolders.prefix(HostFacts.networkFolderLimit))
    facts.disks = kernel.disks
    facts.bootID = kernel.bootID
    facts.versions.agent = RoostVersion.current
    facts.versions.kernel = kernel.release
    facts.kvmUsable = kvmUsable
    facts.checks = checks
    facts.imageDirectory = configuration.imageDirectory
    facts.trust = trust.trust(pools: facts.pools)
    var disk = ByteCount.zero
    do {
      disk = try await space(configuration.imageDirectory)?.size ?? .zero
      facts.imageDirectoryProblem = ""
    } catch {
      // A share whose server is gone keeps its last size, since the files on it still exist.
      disk = last?.capacity.disk ?? .zero
      if facts.imageDirectoryProblem.isEmpty {
        facts.imageDirectoryProblem =
          "its image directory \(configuration.imageDirectory) does not answer since \(clock.now())"
      }
    }
    facts.capacity = configuration.capacity(logicalCPUs: facts.cpu.logical, memory: facts.memory, disk: disk)
    return facts
  }
}

/// The host's own name.
enum HostName {
  /// The name that the kernel keeps.
  static var current: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
