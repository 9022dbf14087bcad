import Fleet
import FleetTestKit
import Foundation
import Logging
import SimulationKit

@testable import Agent

/// An agent's inside on a host in memory, with real files and the real `qemu-img`.
struct AgentFixture {
  static let fleet = FleetID.sample(900)

  let directory: TemporaryDirectory
  let state: StateDirectory
  let hypervisor: FakeHypervisor
  let clock = ManualClock()
  let environment: AgentEnvironment
  let images: FakeImageSource
  let disks: DiskMaker
  let trust: HostTrustReader
  let highWater: HighWaterFile
  let queue: ActionQueue

  init(
    in directory: TemporaryDirectory? = nil, hypervisor: FakeHypervisor = FakeHypervisor(), kvmUsable: Bool = false,
    lendsAll: Bool = true, ticks: any Clock<Duration> = ContinuousClock()
  ) async throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    self.hypervisor = hypervisor
    state = StateDirectory(directory.path + "/state")
    try state.prepare()
    if lendsAll, !directory.exists("host.toml") {
      try directory.write("host.toml", "[trust]\ndisk_roots = [\"\(directory.path)\"]\n")
    }
    environment = AgentEnvironment(wallClock: clock, clock: ticks, random: SeededRandomSource(seed: 1))
    images = FakeImageSource()
    let qemuImg = QemuImg(runner: ProcessRunner(environment: environment))
    let folder = directory.path + "/images"
    disks = DiskMaker(
      imageDirectory: folder,
      cache: ImageCache(imageDirectory: folder, source: images, qemuImg: qemuImg, hypervisor: hypervisor),
      qemuImg: qemuImg, records: DiskRecords(directory: state))
    var facts = HostFacts.sample()
    facts.kvmUsable = kvmUsable
    let cache = FactsCache(sample: facts, hypervisor: hypervisor)
    trust = HostTrustReader(file: TrustFile(directory.path + "/host.toml", owner: geteuid()), imageDirectory: folder)
    let marks = MarkRecords(directory: state)
    highWater = try HighWaterFile(state)
    let executor = ActionExecutor(
      provisioner: Provisioner(fleetID: Self.fleet, hypervisor: hypervisor, disks: disks, facts: cache, trust: trust),
      power: PowerControl(fleetID: Self.fleet, hypervisor: hypervisor, environment: environment),
      destroyer: Destroyer(
        fleetID: Self.fleet, hypervisor: hypervisor, disks: disks, marks: marks, trust: trust, wall: clock),
      marker: DomainMarker(
        fleetID: Self.fleet, hypervisor: hypervisor, records: disks.records, marks: marks, wall: clock),
      hypervisor: hypervisor)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    queue = ActionQueue(
      executor: executor, journal: try ActionJournal(state), highWater: highWater, logger: logger)
  }

  /// What answers questions about the host.
  var responder: QueryResponder {
    get throws {
      QueryResponder(
        fleetID: Self.fleet, hypervisor: hypervisor, files: try FileProbe(environment: environment), trust: trust)
    }
  }

  /// What a session to a coordinator is made of.
  func parts(_ logger: Logger = Logger(label: "test")) throws -> AgentComponents {
    AgentComponents(
      directory: state, nonce: "1", hypervisor: hypervisor,
      facts: FactsCache(sample: .sample(), hypervisor: hypervisor),
      cache: DomainCache(hypervisor: hypervisor, clock: clock), queue: queue, responder: try responder,
      permission: permission, highWater: highWater, policies: OutOfBandPolicyFile(state), kernel: KernelFiles(),
      environment: environment, logger: logger)
  }

  /// Who may see consoles and displays.
  var permission: TunnelPermission { TunnelPermission(fleetID: Self.fleet, trust: trust) }

  /// What the host lends: the directory of the test.
  var lent: HostTrust { trust.trust(pools: []) }

  /// Has the host's file say this in its table `trust`.
  func grant(_ lines: String) throws { try directory.write("host.toml", "[trust]\n\(lines)\n") }

  /// Runs an action and returns why it failed, or nil.
  @discardableResult
  func run(_ work: AgentAction.Work, id: UInt64, epoch: Int64 = 1) async -> FleetError? {
    await queue.run(AgentAction(id: .sample(id), epoch: epoch, work: work)) { _, _ in }.failure
  }

  /// Destroys a VM that is nowhere in the fleet, under an id of its own.
  func clear(_ vm: VMID, proven: Bool = true) async -> ActionResult {
    let order = Destruction(vmID: vm, tombstone: .sample(77), keepDisks: false, isAbsenceProven: proven)
    let action = AgentAction(id: ActionID(from: SystemRandomSource()), epoch: 1, work: .destroy(order))
    return await queue.run(action) { _, _ in }
  }

  /// What it takes to make a VM.
  static func provision(_ spec: VMSpec, id: VMID = .sample(1), revision: Int64 = 1, port: Int? = 0) -> ProvisionRequest
  {
    let vm = ManagedVM.sample(spec, id: id, revision: revision, vncPort: port)
    return ProvisionRequest(
      fleetID: fleet, vmID: id, revision: revision, spec: spec, allocations: vm.allocations, images: [])
  }

  /// A VM without display, so that no test needs a port.
  static func spec(_ name: String = "web-1", disks: [DiskSpec] = []) -> VMSpec {
    var spec = VMSpec.sample(name, disk: .zero)
    spec.disks = disks
    spec.vnc = nil
    return spec
  }
}

extension FactsCache {
  init(sample: HostFacts, hypervisor: any Hypervisor) {
    let reader = FactsReader(
      hypervisor: hypervisor, kernel: KernelFiles(), configuration: AgentConfiguration(), uri: "test:///default",
      trust: HostTrustReader(file: TrustFile("/nonexistent/host.toml"), imageDirectory: "/var/lib/libvirt/images"),
      clock: ManualClock()
    ) { HostFile.space(at: $0) }
    self.init(reader: reader, kvmUsable: sample.kvmUsable, current: sample)
  }
}
