import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Agent

/// Orders that only a stolen key would give, against the real inside of an agent: nothing of them reaches libvirt, and
/// no file of the host changes.
@Suite("An agent obeys within its host's file")
struct TrustTests {
  private static let mac = MACAddress("52:54:00:ab:00:01")

  /// A document with one disk and one interface, and what else is given.
  func document(
    _ fixture: AgentFixture, devices: String = "", lines: String = "", os: String = "", disk: String? = nil,
    namespace: String = ""
  ) -> String {
    let source = disk ?? "<source file='\(fixture.disks.imageDirectory)/a.qcow2'/>"
    return """
      <domain type='kvm'\(namespace)>
        <name>web-1</name>
        <memory unit='MiB'>64</memory>
        <vcpu>1</vcpu>
        \(lines)
        <os><type arch='x86_64' machine='pc'>hvm</type>\(os)</os>
        <devices>
          <disk type='file'><driver name='qemu' type='raw'/>\(source)<target dev='vda' bus='virtio'/></disk>
          <interface type='network'><mac address='52:54:00:ab:00:01'/><source network='default'/></interface>
          \(devices)
        </devices>
      </domain>
      """
  }

  func order(_ text: String, disks: [DiskSpec] = [], vnc: VNCSpec? = nil, port: Int? = nil) -> ProvisionRequest {
    var spec = AgentFixture.spec(disks: disks)
    spec.document = text
    spec.nics = [NICSpec(source: .network("default"), mac: Self.mac)]
    spec.serialConsole = false
    spec.vnc = vnc
    var provision = AgentFixture.provision(spec)
    provision.allocations = Allocations(macs: [Self.mac].compactMap { $0 }, vncPort: port)
    return provision
  }

  func refusal(_ fixture: AgentFixture, _ order: ProvisionRequest, id: UInt64 = 1) async -> FleetError? {
    let failure = await fixture.run(.provision(order), id: id)
    if failure != nil { #expect(!fixture.hypervisor.calls.contains("define")) }
    return failure
  }

  func fixture() async throws -> AgentFixture {
    let fixture = try await AgentFixture(lendsAll: false)
    try HostFile.makeDirectory(fixture.disks.imageDirectory)
    try fixture.directory.write("images/a.qcow2", "a disk")
    return fixture
  }

  @Test("a plain VM needs no file on the host")
  func plain() async throws {
    let fixture = try await fixture()
    #expect(await refusal(fixture, order(document(fixture))) == nil)
    #expect(fixture.hypervisor.calls.contains("define"))
  }

  @Test(
    "what exceeds a plain VM is refused by its name, with the line that grants it",
    arguments: [
      ("<serial type='pty'><log file='/etc/cron.d/x' append='on'/></serial>", "file_backed_devices", "/etc/cron.d/x"),
      ("<serial type='file'><source path='/etc/cron.d/x'/></serial>", "file_backed_devices", "/etc/cron.d/x"),
      ("<channel type='unix'><source mode='bind' path='/tmp/x'/></channel>", "file_backed_devices", "/tmp/x"),
      ("<filesystem><driver type='virtiofs'/><source dir='/'/><target dir='r'/></filesystem>", "file_systems", "/"),
      (
        "<hostdev type='pci'><source><address domain='0' bus='0x3b' slot='0' function='0'/></source></hostdev>",
        "passthrough", "0000:3b:00.0"
      ),
      ("<disk type='block'><source dev='/dev/sda'/><target dev='vdb'/></disk>", "block_devices", "/dev/sda"),
      ("<disk type='file'><source file='/root/x'/><target dev='vdb'/></disk>", "disk_roots", "/root"),
      ("<rng model='virtio'><backend model='random'>/dev/sda</backend></rng>", "file_backed_devices", "/dev/sda"),
      ("<graphics type='vnc' autoport='yes' listen='0.0.0.0'/>", "listen", "0.0.0.0"),
      (
        "<interface type='direct'><mac address='52:54:00:ab:00:01'/><source dev='eno1'/></interface>",
        "host_interfaces", "eno1"
      ),
      ("<shmem name='x'/>", "other_elements", "shmem"), ("<novelty path='/x'/>", "other_elements", "novelty"),
    ])
  func more(devices: String, key: String, subject: String) async throws {
    let fixture = try await fixture()
    let failure = try #require(await refusal(fixture, order(document(fixture, devices: devices))))
    #expect(failure.code == .denied)
    #expect(failure.message.contains(subject) && failure.message.contains("\(key) = ["), "\(failure.message)")
    #expect(failure.message.contains("host.toml"))
  }

  @Test("QEMU's arguments, files to boot from and backing files of the host are refused")
  func elsewhere() async throws {
    let fixture = try await fixture()
    let qemu = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
    let images = fixture.disks.imageDirectory
    let documents = [
      document(fixture, lines: "<qemu:commandline><qemu:arg value='-S'/></qemu:commandline>", namespace: qemu),
      document(fixture, os: "<kernel>/etc/shadow</kernel>"),
      document(fixture, os: "<loader readonly='yes' type='pflash'>/etc/shadow</loader>"),
      document(fixture, os: "<nvram>/etc/passwd</nvram>"),
      document(
        fixture,
        disk: "<source file='\(images)/a.qcow2'/><backingStore type='file'><format type='raw'/>"
          + "<source file='/etc/shadow'/></backingStore>"),
      document(fixture, disk: "<source file='\(images)/../state/lock'/>"),
      document(fixture, disk: "<source file='a.qcow2'/>"),
    ]
    for (number, text) in documents.enumerated() {
      #expect(await refusal(fixture, order(text), id: UInt64(number) + 1)?.code == .denied, "\(number)")
    }
    // A `<mirror>` left by an earlier block job is dropped.
    let copy = "<source file='\(images)/a.qcow2'/><mirror type='file'><source file='/etc/x'/></mirror>"
    #expect(await refusal(fixture, order(document(fixture, disk: copy)), id: 20) == nil)
    #expect(fixture.hypervisor.document(.sample(1))?.contains("/etc/x") == false)
  }

  @Test("a VM that is defined again is judged like one that is new")
  func recovered() async throws {
    let fixture = try await fixture()
    let bad = order(document(fixture, devices: "<serial type='file'><source path='/etc/cron.d/x'/></serial>"))
    #expect(await fixture.run(.recover(bad), id: 1)?.code == .denied)
    #expect(!fixture.hypervisor.calls.contains("define"))
    #expect(await fixture.run(.recover(order(document(fixture))), id: 2) == nil)
    #expect(fixture.hypervisor.calls.contains("define"))
  }

  @Test("an adopted VM is redefined with what its host ran before Roost, and no more")
  func recoveredAdopted() async throws {
    let fixture = try await fixture()
    let log = "<serial type='file'><source path='/var/log/pet.log'/></serial>"
    let known = "<disk type='file'><driver type='raw'/><source file='/srv/pet.img'/><target dev='vdb'/></disk>"
    let vm = VMID.sample(1)
    let text = document(fixture, devices: log + known)
    fixture.hypervisor.edit {
      $0.domains[vm] = .unmanaged("web-1", id: vm, state: .stopped)
      $0.documents[vm] = text
    }
    let mark = VMMark(fleetID: AgentFixture.fleet.description, vmID: vm, revision: 1, allocations: Allocations())
    #expect(await fixture.run(.mark(mark), id: 1) == nil)
    try await fixture.hypervisor.undefine(vm, DomainRemoval())
    let read = known.replacing("type='raw'", with: "type='qcow2'")
    let more = "<serial type='file'><source path='/etc/cron.d/x'/></serial>"
    for (number, devices) in [log + read, log + known + more].enumerated() {
      let failure = await fixture.run(.recover(order(document(fixture, devices: devices))), id: 10 + UInt64(number))
      #expect(failure?.code == .denied)
    }
    #expect(!fixture.hypervisor.calls.contains("define"))
    #expect(await fixture.run(.recover(order(text)), id: 2) == nil)
    #expect(fixture.hypervisor.calls.contains("define"))
    // What is made anew is judged by the file alone, and so is all once the VM was given back.
    try await fixture.hypervisor.undefine(vm, DomainRemoval())
    #expect(await fixture.run(.provision(order(text)), id: 3)?.code == .denied)
    #expect(await fixture.run(.unmark(vm, fleetID: AgentFixture.fleet), id: 4) == nil)
    #expect(await fixture.run(.recover(order(text)), id: 5)?.code == .denied)
  }

  @Test("what the file grants is granted, and nothing beside it")
  func granted() async throws {
    let fixture = try await fixture()
    try fixture.grant(
      """
      passthrough = ["0000:3b:00.0"]
      file_systems = ["\(fixture.directory.path)/share"]
      qemu_arguments = true
      """)
    try HostFile.makeDirectory(fixture.directory.path + "/share")
    func pci(_ bus: String) -> String {
      "<hostdev type='pci'><source><address domain='0' bus='\(bus)' slot='0' function='0'/></source></hostdev>"
    }
    let share = "<filesystem><source dir='\(fixture.directory.path)/share'/><target dir='r'/></filesystem>"
    let up = "<filesystem><source dir='\(fixture.directory.path)'/><target dir='r'/></filesystem>"
    #expect(await refusal(fixture, order(document(fixture, devices: pci("0x3c"))), id: 1)?.code == .denied)
    #expect(await refusal(fixture, order(document(fixture, devices: up)), id: 2)?.code == .denied)
    let arguments = "<qemu:commandline><qemu:arg value='-S'/></qemu:commandline>"
    let qemu = " xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
    let text = document(fixture, devices: pci("0x3b") + share, lines: arguments, namespace: qemu)
    #expect(await refusal(fixture, order(text), id: 3) == nil)
  }

  @Test("a file that is broken, or that others can write, grants nothing, and says so")
  func broken() async throws {
    let fixture = try await fixture()
    try fixture.grant("passthroug = true")
    let device = "<hostdev type='mdev'><source><address uuid='x'/></source></hostdev>"
    let failure = try #require(await refusal(fixture, order(document(fixture, devices: device))))
    #expect(failure.message.contains("not obeyed") && failure.message.contains("passthroug"))
    try fixture.grant("passthrough = true")
    chmod(fixture.directory.path + "/host.toml", 0o666)
    #expect(await refusal(fixture, order(document(fixture, devices: device)), id: 2)?.code == .denied)
    chmod(fixture.directory.path + "/host.toml", 0o644)
    #expect(await refusal(fixture, order(document(fixture, devices: device)), id: 3) == nil)
  }

  @Test("the agent's files are nobody's disk, by link, hard link or another name either")
  func own() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    try fixture.grant("disk_roots = [\"/\"]")
    let key = fixture.state.file("key.pem")
    try Data("secret".utf8).write(to: URL(filePath: key))
    #expect(link(key, images + "/hard.img") == 0)
    #expect(symlink(key, images + "/soft.img") == 0)
    #expect(symlink(fixture.state.path, images + "/folder") == 0)
    let paths = [
      key, images + "/hard.img", images + "/soft.img", images + "/folder/key.pem", fixture.state.file("new.pem"),
    ]
    for (number, path) in paths.enumerated() {
      let text = document(fixture, disk: "<source file='\(path)'/>")
      let failure = await refusal(fixture, order(text), id: UInt64(number) + 1)
      #expect(failure?.code == .denied && failure?.message.contains("agent's own") == true, "\(path)")
    }
  }

  @Test("a link that leads out of the roots is refused, one that stays below them is not")
  func links() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    try HostFile.makeDirectory(images + "/deep")
    #expect(symlink("/etc/shadow", images + "/out.img") == 0)
    #expect(symlink("../../../../../etc/shadow", images + "/deep/up.img") == 0)
    #expect(symlink("/etc", images + "/etc") == 0)
    #expect(symlink("/proc/self/root/etc/shadow", images + "/magic.img") == 0)
    #expect(symlink("loop.img", images + "/loop.img") == 0)
    for (number, name) in ["out.img", "deep/up.img", "etc/shadow", "magic.img", "loop.img"].enumerated() {
      let text = document(fixture, disk: "<source file='\(images)/\(name)'/>")
      #expect(await refusal(fixture, order(text), id: UInt64(number) + 1) != nil, "\(name)")
    }
    #expect(symlink("../a.qcow2", images + "/deep/in.img") == 0)
    let text = document(fixture, disk: "<source file='\(images)/deep/in.img'/>")
    #expect(await refusal(fixture, order(text), id: 20) == nil)
  }

  @Test("another guest's disk is not lent, by whatever name")
  func anothers() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    #expect(link(images + "/a.qcow2", images + "/b.qcow2") == 0)
    fixture.hypervisor.edit { state in
      var pet = ObservedDomain.unmanaged("pet", id: .sample(700))
      pet.saved?.disks = [ObservedDisk(device: "disk", target: "vda", path: images + "/a.qcow2", format: "raw")]
      state.domains[pet.id] = pet
    }
    let disk = "<source file='\(images)//b.qcow2'/><readonly/>"
    let failure = try #require(await refusal(fixture, order(document(fixture, disk: disk))))
    #expect(failure.code == .conflict && failure.message.contains("pet"))
  }

  @Test("addresses and ports of the document are those that the ledger gave")
  func ledger() async throws {
    let fixture = try await fixture()
    let second = "<interface type='bridge'><mac address='52:54:00:ab:00:99'/><source bridge='br0'/></interface>"
    #expect(await refusal(fixture, order(document(fixture, devices: second)), id: 1)?.message.contains("00:99") == true)
    let silent = "<interface type='bridge'><source bridge='br0'/></interface>"
    #expect(await refusal(fixture, order(document(fixture, devices: silent)), id: 2)?.code == .denied)
    let fixed = "<graphics type='vnc' port='5999' autoport='no'/>"
    #expect(await refusal(fixture, order(document(fixture, devices: fixed)), id: 3)?.message.contains("5999") == true)
    let auto = "<graphics type='vnc' port='-1' autoport='yes'/>"
    #expect(await refusal(fixture, order(document(fixture, devices: auto)), id: 4) == nil)
  }

  @Test("disks are made below the roots alone, and over nothing of the agent's")
  func making() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    #expect(symlink(fixture.state.path, images + "/state") == 0)
    #expect(symlink("/tmp", images + "/tmp") == 0)
    let paths = [
      fixture.state.file("next-key.pem"), images + "/state/next-key.pem", images + "/tmp/roost-planted",
      fixture.directory.path + "/elsewhere.img", "/etc/cron.d/roost-planted",
    ]
    for (number, path) in paths.enumerated() {
      let disk = DiskSpec(target: "vda", format: .raw, source: .blank, path: path, size: .mebibytes(1))
      var plain = AgentFixture.provision(AgentFixture.spec(disks: [disk]))
      plain.allocations.vncPort = nil
      #expect(await fixture.run(.provision(plain), id: UInt64(number) + 1)?.code == .denied, "\(path)")
      #expect(!HostFile.exists(path))
    }
    // The second try goes straight to the maker, as if the check before it had been passed in time.
    let late = AgentFixture.provision(
      AgentFixture.spec(disks: [
        DiskSpec(target: "vda", format: .raw, source: .blank, path: images + "/state/next-key.pem", size: .mebibytes(1))
      ]))
    let trust = HostTrust(diskRoots: [images, fixture.directory.path])
    await #expect(throws: FleetError.self) { try await fixture.disks.prepare(late, within: trust) { _, _ in } }
    #expect(HostFile.names(in: fixture.state.path).allSatisfy { !$0.hasPrefix("next-key") })
  }

  @Test("a directory that is swapped for a link while a disk is made gets nothing")
  func swapped() async throws {
    let fixture = try await fixture()
    let images = fixture.disks.imageDirectory
    try HostFile.makeDirectory(images + "/deep")
    try HostFile.makeDirectory(fixture.directory.path + "/target")
    let disk = DiskSpec(target: "vda", format: .raw, source: .blank, path: images + "/deep/a.img", size: .mebibytes(1))
    let runner = SwappingRunner(inner: ProcessRunner(environment: fixture.environment)) {
      rename(images + "/deep", images + "/moved")
      symlink(fixture.directory.path + "/target", images + "/deep")
    }
    let maker = DiskMaker(
      imageDirectory: images, cache: fixture.disks.cache, qemuImg: QemuImg(runner: runner),
      records: fixture.disks.records)
    _ = try? await maker.prepare(
      AgentFixture.provision(AgentFixture.spec(disks: [disk])), within: HostTrust(diskRoots: [images])
    ) { _, _ in }
    #expect(HostFile.names(in: fixture.directory.path + "/target").isEmpty)
    #expect(HostFile.names(in: images + "/moved") == ["a.img"])
  }
}

/// Does something to the host just before a program runs.
private struct SwappingRunner: CommandRunner {
  let inner: ProcessRunner
  let before: @Sendable () -> Void

  func run(_ command: Command) async throws -> CommandResult {
    before()
    return try await inner.run(command)
  }
}
