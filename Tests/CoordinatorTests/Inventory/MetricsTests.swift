import Fleet
import FleetTestKit
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("The numbers for monitoring")
struct MetricsTests {
  private let home: TemporaryDirectory
  private let clock = ManualClock()
  private let life: LedgerLife

  init() async throws {
    home = try TemporaryDirectory()
    let store = try FleetStore.create(at: home.path + "/fleet.sqlite", identity: .ledger)
    life = try await LedgerLife(store, SeededRandomSource(seed: 3), clock)
  }

  private var collector: MetricsCollector {
    MetricsCollector(context: life.context, store: life.store, inventory: life.inventory, clock: clock)
  }

  /// Reports that many running domains on the host, each with an address, all measured.
  private func report(_ count: UInt64, on host: Host) async throws {
    let now = clock.now()
    let domains = (1...count).map { ObservedDomain.unmanaged("pet-\($0)", id: .sample($0), macs: [.sample($0)]) }
    await life.inventory.update(host.id) { entry in
      entry.facts = .sample(host.name)
      entry.report(all: domains, ofLibvirtSince: .sample, at: now)
    }
    var usage = UsageReport(at: now, load: 1.5, memoryFree: .gibibytes(1))
    usage.domains = domains.map { DomainStatistics(id: $0.id, cpuTimeNanoseconds: 0) }
    await life.inventory.measured(host.id, usage, at: now)
  }

  @Test("they are those of the listings")
  func equal() async throws {
    let host = Host.sample("h1", id: .sample(1))
    let reserved = MACAddress.sample(900)
    try await life.store.commit { transaction in
      try transaction.insertHost(host)
      try transaction.reserveMAC(reserved, for: "printer", at: .sample)
    }
    try await report(3, on: host)
    let figures = try await collector.figures()
    let view = await life.inventory.view
    let (ledger, ports) = try await life.store.read { (try LedgerSlice.all($0), try $0.portEntries()) }
    let entries = view.macEntries(ledger, now: clock.now())
    #expect(figures.macs == Dictionary(entries.map { ($0.state, 1) }, uniquingKeysWith: +))
    #expect(figures.macs == [.observed: 3, .reserved: 1])
    #expect(figures.ports == Dictionary(ports.map { ($0.state, 1) }, uniquingKeysWith: +))
    #expect(figures.vms == [FleetMetrics.Kind(state: "running", isManaged: false): 3])
    let summary = try #require(view.hostSummaries.first)
    #expect(figures.hosts.map(\.vms) == [summary.vms] && figures.hosts.map(\.reserved) == [summary.reserved])
    #expect(figures.hosts.map(\.state) == [summary.state] && figures.hosts.map(\.load) == [1.5])
    #expect(figures.usage.count == 3 && figures.vmsLeftOut == 0)
    clock.advance(seconds: 61)
    #expect(try await collector.figures().usage.isEmpty)
  }

  @Test("the samples of VMs stay below their limit, and those beyond it are counted")
  func bounded() async throws {
    let host = Host.sample("h1", id: .sample(1))
    try await life.store.commit { try $0.insertHost(host) }
    let most = UInt64(FleetMetrics.vmSampleLimit / 2)
    try await report(most, on: host)
    #expect(try await collector.figures().usage.count == Int(most))
    try await report(most + 1, on: host)
    let figures = try await collector.figures()
    #expect(figures.usage.isEmpty && figures.vmsLeftOut == Int(most) + 1)
    #expect(figures.macs == [.observed: Int(most) + 1])
  }
}
