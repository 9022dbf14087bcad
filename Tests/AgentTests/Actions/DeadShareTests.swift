import Fleet
import FleetTestKit
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("An image directory on a share whose server is gone")
struct DeadShareTests {
  @Test("the facts say since when it does not answer, and the host is as large as it was")
  func facts() async throws {
    let clock = ManualClock()
    let isDead = Mutex(false)
    let space: @Sendable (String) async throws -> (size: ByteCount, free: ByteCount)? = { _ in
      guard isDead.withLock({ !$0 }) else { throw FleetError(.timedOut, "it does not answer", retryable: true) }
      return (.gibibytes(100), .gibibytes(50))
    }
    let reader = FactsReader(
      hypervisor: FakeHypervisor(), kernel: KernelFiles(), configuration: AgentConfiguration(), uri: "test:///default",
      trust: HostTrustReader(file: TrustFile("/nonexistent/host.toml"), imageDirectory: "/nonexistent"), clock: clock,
      space: space)
    let alive = await reader.read(last: nil, checks: [], kvmUsable: false)
    #expect(alive.imageDirectoryProblem.isEmpty && alive.capacity.disk == .gibibytes(100))
    isDead.withLock { $0 = true }
    let dead = await reader.read(last: alive, checks: [], kvmUsable: false)
    #expect(dead.imageDirectoryProblem.contains("does not answer since \(clock.now())"))
    #expect(dead.capacity.disk == .gibibytes(100))
    clock.advance(seconds: 600)
    let still = await reader.read(last: dead, checks: [], kvmUsable: false)
    #expect(still.imageDirectoryProblem == dead.imageDirectoryProblem)
    isDead.withLock { $0 = false }
    #expect(await reader.read(last: still, checks: [], kvmUsable: false).imageDirectoryProblem.isEmpty)
  }

  @Test("an agent that started without libvirt asks for emulators before a create")
  func emulators() async throws {
    let fixture = try await AgentFixture()
    let provisioner = Provisioner(
      fleetID: AgentFixture.fleet, hypervisor: fixture.hypervisor, disks: fixture.disks,
      facts: FactsCache(sample: HostFacts(), hypervisor: fixture.hypervisor), trust: fixture.trust)
    let order = AgentFixture.provision(AgentFixture.spec())
    let early = await #expect(throws: FleetError.self) { try await provisioner.perform(order) { _, _ in } }
    #expect(early?.code == .unreachable && early?.retryable == true)
    fixture.hypervisor.edit { $0.capabilities.emulators = HostFacts.sample().emulators }
    try await provisioner.perform(order) { _, _ in }
    #expect(try await fixture.hypervisor.domain(order.vmID) != nil)
  }

  @Test("the checks of a host end, and say so")
  func checks() async throws {
    let directory = try TemporaryDirectory()
    var configuration = AgentConfiguration()
    configuration.imageDirectory = directory.path
    var surveyor = CheckSurveyor(
      hypervisor: FakeHypervisor(), runner: FakeRunner(),
      kernel: KernelFiles(root: directory.path), configuration: configuration, uri: "test:///default",
      trust: HostTrustReader(file: TrustFile("/nonexistent/host.toml"), imageDirectory: directory.path))
    surveyor.look = { _ in throw FleetError(.timedOut, "the file system does not answer within 5 s", retryable: true) }
    let dead = HostCheck.results(of: await surveyor.survey(libvirtFailure: nil)).first { $0.check == "image-directory" }
    #expect(dead?.result == .fail && dead?.detail.contains("does not answer") == true)
    let files = try FileProbe(
      environment: AgentEnvironment(
        wallClock: ManualClock(), clock: ContinuousClock(), random: SeededRandomSource(seed: 1)))
    surveyor.look = { try await files.directory(at: $0) }
    let alive = try #require(await surveyor.survey(libvirtFailure: nil).imageDirectoryLook?.get())
    #expect(alive.isThere && alive.isWritable && alive.space != nil)
    #expect(try await !files.directory(at: "/nowhere").isThere)
  }

  @Test("a libvirt that is back is checked within half a minute")
  func returningLibvirt() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit { $0.libvirt = LibvirtState(isConnected: false, since: .sample, detail: "gone") }
    let facts = FactsCache(sample: .sample(), hypervisor: fixture.hypervisor)
    let (ticks, kernel) = (ManualTicks(), KernelFiles(root: fixture.directory.path))
    let environment = AgentEnvironment(wallClock: fixture.clock, clock: ticks, random: SeededRandomSource(seed: 1))
    let surveyor = CheckSurveyor(
      hypervisor: fixture.hypervisor, runner: FakeRunner(), kernel: kernel, configuration: AgentConfiguration(),
      uri: "test:///default", trust: fixture.trust)
    let probe = KVMProbe(
      runner: FakeRunner(), kernel: kernel, environment: fixture.environment, scratch: fixture.directory.path)
    let checks = BackgroundChecks(surveyor: surveyor, probe: probe, facts: facts, directory: fixture.state)
    let running = Task { await checks.run(environment: environment) }
    @Sendable func libvirtFails() async -> Bool? {
      _ = await facts.refresh()
      return await facts.current.checks.first { $0.check == "libvirt" }.map { $0.result == .fail }
    }
    try await eventually("its absence is found") { await libvirtFails() == true }
    fixture.hypervisor.edit { $0.libvirt = LibvirtState(isConnected: true, since: .sample) }
    let waited = Mutex(0)
    try await eventually("its return is found") {
      let isDue = waited.withLock { seconds in
        seconds += 1
        return seconds <= 30
      }
      if isDue { ticks.advance(by: .seconds(1)) }
      return await libvirtFails() == false
    }
    running.cancel()
    await running.value
  }

  @Test("a blank image that can't be made leaves no draft")
  func blank() async throws {
    let fixture = try await AgentFixture()
    let image = Image(
      id: .sample(501), name: "huge", format: .raw, virtualSize: ByteCount(bytes: .max),
      fileSize: ByteCount(bytes: .max),
      sha256: Image.blankHash, createdAt: .sample)
    await #expect(throws: FleetError.self) { try await fixture.disks.cache.path(of: image) { _ in } }
    #expect(HostFile.names(in: fixture.disks.imageDirectory + "/roost-images").isEmpty)
  }

  @Test("a killed agent's unfinished disks go with their VM, and no other's do")
  func drafts() async throws {
    let fixture = try await AgentFixture()
    let (vm, other) = (VMID.sample(1), VMID.sample(2))
    try HostFile.makeDirectory(fixture.disks.imageDirectory)
    for id in [vm, other] { try fixture.directory.write("images/web-vda.qcow2.\(id).draft", "half a disk") }
    #expect(await fixture.clear(vm).failure == nil)
    #expect(HostFile.names(in: fixture.disks.imageDirectory) == ["web-vda.qcow2.\(other).draft"])
  }
}

@Suite("Words of progress")
struct ProgressListenersTests {
  @Test("they are heard in the order in which they were said, by those who came later too")
  func order() {
    let listeners = ProgressListeners { _, _ in }
    let heard = Mutex<[Double]>([])
    listeners.add { _, fraction in heard.withLock { $0.append(fraction ?? -1) } }
    for step in 0..<100 { listeners.tell("fetch", Double(step)) }
    #expect(heard.withLock { $0 } == (0..<100).map(Double.init))
  }
}
