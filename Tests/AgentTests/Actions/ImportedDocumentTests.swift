import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

@Suite("Making a VM of a document on this host")
struct ImportedDocumentTests {
  private static let head = "<name>web-1</name><memory unit='GiB'>1</memory><vcpu>1</vcpu>"

  private static func document(_ devices: String, os: String = "", cpu: String = "") -> String {
    """
    <domain type='kvm' id='5'>\(head)<os><type arch='x86_64' machine='pc'>hvm</type>\(os)</os>\(cpu)
    <devices>\(devices)</devices></domain>
    """
  }

  private static func spec(_ document: String, disks: [DiskSpec] = [], nics: [NICSpec] = []) -> VMSpec {
    var spec = AgentFixture.spec(disks: disks)
    spec.vcpus = 1
    spec.memory = .gibibytes(1)
    spec.nics = nics
    spec.serialConsole = false
    spec.document = document
    return spec
  }

  @Test("what Roost does not model goes to libvirt as it stands")
  func carried() async throws {
    let fixture = try await AgentFixture()
    try fixture.grant("network_disks = true\nhost_interfaces = true")
    let text = Self.document(
      """
      <disk type='network' device='cdrom'><source protocol='http' name='/iso'><host name='m'/></source>
      <target dev='hdc' bus='ide'/></disk>
      <disk type='network' device='disk'><source protocol='rbd' name='pool/x'><host name='m'/></source>
      <target dev='vda'/></disk>
      <interface type='direct'><source dev='eth0' mode='bridge'/><alias name='net0'/></interface>
      """)
    let spec = Self.spec(
      text,
      disks: [
        DiskSpec(device: .cdrom, bus: "ide", target: "hdc", source: .document),
        DiskSpec(target: "vda", source: .document),
      ], nics: [NICSpec(source: .carried("direct"))])
    #expect(await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: 1) == nil)
    let made = try #require(fixture.hypervisor.document(.sample(1)))
    for word in ["protocol='http'", "protocol='rbd'", "type='direct'", "dev='eth0'", "02:00:00:00:00:01"] {
      #expect(made.contains(word), "\(word) is gone")
    }
    #expect(!made.contains("net0") && !made.contains("id='5'"))
  }

  @Test("without KVM the processor of the host goes, its topology and cells stay")
  func processor() async throws {
    let fixture = try await AgentFixture()
    let cpu = """
      <cpu mode='host-model' check='partial'><topology sockets='1' cores='1' threads='1'/>
      <numa><cell id='0' cpus='0' memory='1' unit='GiB' memAccess='shared'/></numa></cpu>
      """
    let spec = Self.spec(Self.document("", cpu: cpu))
    #expect(await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: 1) == nil)
    let made = try #require(fixture.hypervisor.document(.sample(1)))
    #expect(made.contains("memAccess='shared'") && made.contains("<topology") && !made.contains("host-model"))
  }

  /// Provisions a VM with one raw disk beside a domain that has another, and says what came of it.
  private func conflict(
    path: String, beside other: ObservedDisk, shareable: Bool = false, on fixture: AgentFixture
  ) async throws -> FleetError? {
    let neighbour = ObservedDomain(
      id: .sample(9), name: "neighbour", state: .stopped, saved: DomainConfiguration(disks: [other]), seenAt: .sample)
    fixture.hypervisor.edit { $0.domains[neighbour.id] = neighbour }
    let spec = AgentFixture.spec(
      disks: [DiskSpec(target: "vda", format: .raw, source: .existing, path: path, isShareable: shareable)])
    return await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: 1)
  }

  @Test("a disk of another domain is refused, whatever path leads to it", arguments: ["/", "//./", "link", "hard"])
  func oneFile(way: String) async throws {
    let fixture = try await AgentFixture()
    let folder = fixture.directory.path
    let file = folder + "/quorum.img"
    try Data("x".utf8).write(to: URL(filePath: file))
    let path: String
    switch way {
    case "link":
      path = folder + "/soft.img"
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: file)
    case "hard":
      path = folder + "/hard.img"
      try FileManager.default.linkItem(atPath: file, toPath: path)
    default: path = folder + way + "quorum.img"
    }
    let other = ObservedDisk(device: "disk", target: "vda", path: file)
    let parts = path.contains("/./") ? path.replacing("/./", with: "/") : path
    let failure = try await conflict(path: parts, beside: other, on: fixture)
    #expect(failure?.code == .conflict && failure?.message.contains("neighbour") == true)
    #expect(!fixture.hypervisor.calls.contains("define"))
  }

  @Test("a disk is shared only if both documents say so", arguments: [(true, true), (true, false), (false, true)])
  func shareable(mine: Bool, theirs: Bool) async throws {
    let fixture = try await AgentFixture()
    let file = fixture.directory.path + "/quorum.img"
    try fixture.grant("disk_roots = [\"\(fixture.directory.path)\"]")
    try Data("x".utf8).write(to: URL(filePath: file))
    let other = ObservedDisk(device: "disk", target: "vda", path: file, shareable: theirs)
    let failure = try await conflict(path: file, beside: other, shareable: mine, on: fixture)
    #expect((failure == nil) == (mine && theirs))
  }

  @Test("firmware variables of another are copied, free ones kept, missing ones left out")
  func variables() async throws {
    let directory = try TemporaryDirectory()
    let file = directory.path + "/VARS.fd"
    let text = Self.document("", os: "<loader type='pflash'>/fw/CODE.fd</loader><nvram>\(file)</nvram>")
    #expect(FirmwareVariables(of: text, beside: []) == .own)
    try Data("x".utf8).write(to: URL(filePath: file))
    #expect(FirmwareVariables(of: text, beside: []) == .kept)
    let link = directory.path + "/link.fd"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let other = ObservedDomain(
      id: .sample(9), name: "kiosk-a", state: .stopped, saved: DomainConfiguration(nvram: link), seenAt: .sample)
    #expect(FirmwareVariables(of: text, beside: [other]) == .copied)
  }

  @Test("a failed definition is answered, and a destroy then takes the disks back")
  func undone() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/made.qcow2"
    try fixture.grant("disk_roots = [\"\(fixture.directory.path)\"]")
    let spec = AgentFixture.spec(disks: [DiskSpec(target: "vda", source: .blank, path: path, size: .mebibytes(1))])
    fixture.hypervisor.edit { $0.failures["define"] = FleetError(.invalid, "libvirt does not take it") }
    #expect(await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: 1)?.code == .invalid)
    #expect(FileManager.default.fileExists(atPath: path))
    // Nowhere yet: no other host need be asked.
    #expect(await fixture.clear(.sample(1), proven: false).failure == nil)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("what libvirt may have defined is not taken back without proof of its absence")
  func unsureDefinition() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/made.qcow2"
    try fixture.grant("disk_roots = [\"\(fixture.directory.path)\"]")
    let spec = AgentFixture.spec(disks: [DiskSpec(target: "vda", source: .blank, path: path, size: .mebibytes(1))])
    func provision(_ failure: FleetError?, _ id: UInt64) async -> FleetError? {
      fixture.hypervisor.edit { $0.failures["define"] = failure }
      return await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: id)
    }
    #expect(await provision(FleetError(.timedOut, "libvirt does not answer"), 1)?.code == .timedOut)
    #expect(await fixture.clear(.sample(1), proven: false).failure?.code == .precondition)
    // Defined at the second try, and moved away since.
    #expect(await provision(FleetError(.invalid, "libvirt does not take it"), 2)?.code == .invalid)
    #expect(await provision(nil, 3) == nil)
    fixture.hypervisor.edit { $0.domains[.sample(1)] = nil }
    #expect(await fixture.clear(.sample(1), proven: false).failure?.code == .precondition)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test("the kernel's devices are told, but for bridges, hubs and what is too many")
  func devices() throws {
    let root = try TemporaryDirectory()
    func put(_ path: String, _ text: String) throws {
      let url = URL(filePath: root.path + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try put("/sys/bus/pci/devices/0000:3b:00.0/class", "0x030000\n")
    try put("/sys/bus/pci/devices/0000:00:01.0/class", "0x060400\n")
    try put("/sys/bus/usb/devices/1-1/idVendor", "0529\n")
    try put("/sys/bus/usb/devices/1-1/idProduct", "0001\n")
    try put("/sys/bus/usb/devices/usb1/bDeviceClass", "09\n")
    for name in ["eth0", "vnet3", "lo"] { try put("/sys/class/net/\(name)/address", "") }
    for number in 0...200 { try put("/sys/bus/mdev/devices/m\(number)/x", "") }
    let offers = KernelFiles(root: root.path).deviceOffers
    #expect(
      offers == [
        "pci/", "pci/0000:3b:00.0", "usb/", "usb/0529:0001", "network-device/", "network-device/eth0", "iommu/off",
      ])
  }

  @Test("the kernel says which size of huge pages a guest gets that names none")
  func defaultHugePages() throws {
    let root = try TemporaryDirectory()
    func put(_ path: String, _ text: String) throws {
      let url = URL(fileURLWithPath: root.path + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    for (size, total) in [(2048, 512), (1_048_576, 4)] {
      try put("/sys/kernel/mm/hugepages/hugepages-\(size)kB/nr_hugepages", "\(total)\n")
      try put("/sys/kernel/mm/hugepages/hugepages-\(size)kB/free_hugepages", "1\n")
    }
    try put("/proc/meminfo", "MemTotal:  32768000 kB\nHugepagesize:    1048576 kB\n")
    let pages = KernelFiles(root: root.path).hugePages
    #expect(pages.map(\.isDefault) == [false, true] && pages.defaultSize == .gibibytes(1))
    #expect([HugePages]().defaultSize == .mebibytes(2))
  }
}
