import Fleet
import FleetTestKit
import Foundation
import Libvirt
import Logging
import RoostAPI
import SimulationKit
import Testing

@testable import Agent

@Suite("libvirt as a hypervisor")
struct LibvirtHypervisorTests {
  private static let environment = AgentEnvironment(
    wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1))

  private static var logger: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }

  @Test("what libvirt's test driver has is seen as Fleet's values")
  func testDriver() async throws {
    let hypervisor = try LibvirtHypervisor(uri: "test:///default", environment: Self.environment, logger: Self.logger)
    try await hypervisor.connect()
    #expect(await hypervisor.state.isConnected)
    let domain = try #require(try await hypervisor.domains().first { $0.name == "test" })
    #expect(domain.state == .running && domain.isPersistent && domain.mark == nil)
    #expect(domain.live?.memory == .gibibytes(2) && domain.saved != nil)
    #expect(try await hypervisor.domain(.sample(4)) == nil)
    #expect(try await hypervisor.networks().map(\.name) == ["default"])
    #expect(try await hypervisor.pools().map(\.name) == ["default-pool"])
    let batch = hypervisor.changes.take()
    #expect(batch.state && batch.everything)
  }

  @Test("a domain's documents are libvirt's own, and a stopped one has no live one")
  func documents() async throws {
    let hypervisor = try LibvirtHypervisor(uri: "test:///default", environment: Self.environment, logger: Self.logger)
    try await hypervisor.connect()
    let domain = try #require(try await hypervisor.domains().first)
    let running = try await hypervisor.document(of: domain.id)
    #expect(running.saved?.contains("<name>test</name>") == true && running.live?.contains("id='1'") == true)
    try await hypervisor.destroy(domain.id)
    let stopped = try await hypervisor.document(of: domain.id)
    #expect(stopped.saved != nil && stopped.live == nil)
    let error = await #expect(throws: FleetError.self) { try await hypervisor.document(of: .sample(4)) }
    #expect(error?.code == .notFound)
  }

  @Test("a running domain keeps its definition; one that is off loses it by any driver")
  func undefine() async throws {
    let hypervisor = try LibvirtHypervisor(uri: "test:///default", environment: Self.environment, logger: Self.logger)
    try await hypervisor.connect()
    // The test driver's default state is one for the whole process.
    let id = VMID(from: SystemRandomSource())
    let short = id.description.prefix(8)
    try await hypervisor.define(
      """
      <domain type='test'><name>undefine-\(short)</name><uuid>\(id)</uuid><memory unit='KiB'>8192</memory>
      <vcpu>1</vcpu><os><type>hvm</type></os></domain>
      """)
    try await hypervisor.start(id)
    for removal in [DomainRemoval(), DomainRemoval(keepsVariables: false, keepsTPM: false, dropsSavedState: true)] {
      let error = await #expect(throws: FleetError.self) { try await hypervisor.undefine(id, removal) }
      #expect(error?.code == .precondition)
      #expect(try await hypervisor.domain(id)?.isPersistent == true)
    }
    try await hypervisor.suspend(id)
    await #expect(throws: FleetError.self) { try await hypervisor.undefine(id, DomainRemoval()) }
    try await hypervisor.destroy(id)
    try await hypervisor.undefine(id, DomainRemoval())
    #expect(try await hypervisor.domain(id) == nil)
  }

  @Test("a volume that a refreshed pool lacks is named with its pool")
  func missingVolume() async throws {
    let hypervisor = try LibvirtHypervisor(uri: "test:///default", environment: Self.environment, logger: Self.logger)
    try await hypervisor.connect()
    let id = VMID(from: SystemRandomSource())
    try await hypervisor.define(
      """
      <domain type='test'><name>till-\(id.description.prefix(8))</name><uuid>\(id)</uuid>
      <memory unit='KiB'>8192</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices><disk type='volume' device='disk'>
      <source pool='default-pool' volume='till.qcow2'/><target dev='vda' bus='virtio'/></disk></devices></domain>
      """)
    let error = await #expect(throws: FleetError.self) {
      try await hypervisor.onDomain("look", id) { try LibvirtHypervisor.refreshPools(of: $0) }
    }
    #expect(error?.code == .precondition)
    #expect(error?.message.contains("the volume till.qcow2 of the pool default-pool") == true)
    try await hypervisor.undefine(id, DomainRemoval())
  }

  @Test("a libvirt that is not there is told as unreachable, and calls fail at once")
  func away() async throws {
    let uri = "qemu+unix:///system?socket=/nowhere/libvirt-sock"
    let hypervisor = try LibvirtHypervisor(uri: uri, environment: Self.environment, logger: Self.logger)
    let error = await #expect(throws: FleetError.self) { try await hypervisor.connect() }
    #expect(error?.code == .unreachable || error?.code == .internal, "\(error?.message ?? "")")
    let call = await #expect(throws: FleetError.self) { try await hypervisor.domains() }
    #expect(call?.code == .unreachable)
    #expect(await !hypervisor.state.isConnected)
  }

  @Test("a change that an event tells is in the feed")
  func events() async throws {
    let hypervisor = try LibvirtHypervisor(uri: "test:///default", environment: Self.environment, logger: Self.logger)
    let running = Task { await hypervisor.run() }
    defer { running.cancel() }
    try await eventually { await hypervisor.state.isConnected }
    let domain = try #require(try await hypervisor.domains().first)
    _ = hypervisor.changes.take()
    try await hypervisor.destroy(domain.id)
    #expect(try await hypervisor.domain(domain.id)?.state == .stopped)
  }

  @Test("a failed start is told with its cause, which QEMU names last")
  func cause() {
    let cause = "Could not open '/srv/web.qcow2': Permission denied"
    let arguments = String(repeating: #"{"driver":"file","filename":"/srv/web.qcow2"},"#, count: 100)
    let error = LibvirtError(
      code: .internalError, domain: .qemu,
      message: "internal error: process exited while connecting to monitor: -blockdev \(arguments)\n\(cause)\n",
      function: "virDomainCreateWithFlags")
    let told = FleetError(libvirt: error)
    #expect(told.message.hasPrefix("internal error: process exited") && told.message.hasSuffix("; \(cause)"))
    #expect(FleetError(told.rpcError).message == told.message, "and the call carries it whole")
    var long = told
    long.message = arguments + cause
    #expect(FleetError(long.rpcError).message.hasSuffix(cause))
  }

  /// Needs a libvirt with QEMU: `ROOST_TEST_LIBVIRT_URI=qemu:///system`.
  @Test(
    "a VM is really defined, started and destroyed",
    .enabled(if: ProcessInfo.processInfo.environment["ROOST_TEST_LIBVIRT_URI"] != nil))
  func realGuest() async throws {
    let uri = ProcessInfo.processInfo.environment["ROOST_TEST_LIBVIRT_URI"] ?? ""
    let hypervisor = try LibvirtHypervisor(uri: uri, environment: Self.environment, logger: Self.logger)
    let running = Task { await hypervisor.run() }
    defer { running.cancel() }
    try await eventually { await hypervisor.state.isConnected }
    let capabilities = try await hypervisor.capabilities()
    let id = VMID(from: SystemRandomSource())
    var spec = VMSpec(name: "roost-test-\(id.description.prefix(8))", vcpus: 1, memory: .mebibytes(64))
    spec.acceleration = .none
    var provision = AgentFixture.provision(spec, id: id)
    let listener = try Listener()
    listener.close()
    provision.allocations = Allocations(macs: [], vncPort: listener.port)
    let acceleration = try Acceleration(for: spec, emulators: capabilities.emulators, kvmUsable: false)
    try await hypervisor.define(
      DomainDefinition(provision: provision, disks: [], acceleration: acceleration).text())
    _ = hypervisor.changes.take()
    let power = PowerControl(fleetID: AgentFixture.fleet, hypervisor: hypervisor, environment: Self.environment)
    try await power.perform(.start, on: id, force: false, timeoutSeconds: 1) { _, _ in }
    let live = try #require(try await hypervisor.domain(id))
    #expect(live.state == .running && live.mark?.vmID == id)
    #expect(live.live?.graphics.first?.port == listener.port)
    try await eventually { hypervisor.changes.take().domains.contains(id) }
    let channel = try await SocketChannel.connect(to: "127.0.0.1", port: listener.port)
    #expect(try await channel.receive().map { String(decoding: $0.prefix(4), as: UTF8.self) } == "RFB ")
    channel.close()
    let handed = try await hypervisor.openDisplay(id, index: 0)
    #expect(try await handed.receive().map { String(decoding: $0, as: UTF8.self) } == "RFB 003.008\n")
    handed.close()
    try await leaveConsole(of: id, hypervisor)
    #expect(try await hypervisor.statistics().domains.contains { $0.id == id })
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let qemuImg = QemuImg(runner: ProcessRunner(environment: Self.environment))
    let maker = DiskMaker(
      imageDirectory: directory.path,
      cache: ImageCache(
        imageDirectory: directory.path, source: FakeImageSource(), qemuImg: qemuImg, hypervisor: hypervisor),
      qemuImg: qemuImg, records: DiskRecords(directory: state))
    let trust = HostTrustReader(file: TrustFile("/nonexistent/host.toml"), imageDirectory: directory.path)
    let destroyer = Destroyer(
      fleetID: AgentFixture.fleet, hypervisor: hypervisor, disks: maker, marks: MarkRecords(directory: state),
      trust: trust,
      wall: Self.environment.wallClock)
    try await destroyer.perform(
      Destruction(vmID: id, tombstone: .sample(1), keepDisks: false, force: true)
    ) { _, _ in }
    #expect(try await hypervisor.domain(id) == nil)
  }

  /// The guest is silent: its firmware says nothing on a serial line.
  private func leaveConsole(of id: VMID, _ hypervisor: LibvirtHypervisor) async throws {
    let console = try await hypervisor.openConsole(id, force: true)
    let taken = await #expect(throws: FleetError.self) { try await hypervisor.openConsole(id, force: false) }
    #expect(taken?.code == .conflict)
    let reading = Task { while try await console.receive() != nil {} }
    reading.cancel()
    _ = await reading.result
    try await eventually("a console that is left is free") {
      guard let next = try? await hypervisor.openConsole(id, force: false) else { return false }
      next.close()
      return true
    }
  }
}
