import Fleet
import FleetTestKit
import Logging
import PKI
import Store
import Testing

@testable import Coordinator

/// One life of a coordinator: an open database, an epoch, and the parts of the coordinator that the ledger
/// hears from.
struct LedgerLife {
  let store: FleetStore
  let context: CoordinatorContext
  let inventory = Inventory()
  let streamHandler: AgentStreamHandler
  let settling: Settling
  let handler: LedgerHandler

  /// Begins an epoch on a database and reads what it knows.
  init(_ store: FleetStore, _ random: SeededRandomSource, _ clock: ManualClock) async throws {
    var logger = Logger(label: "history")
    logger.logLevel = .critical
    self.store = store
    context = try await Coordinator.beginEpoch(store, Incarnation(from: random), at: clock.now())
    let sessions = ConnectedAgents(random: random)
    let vmRecovery = VMRecovery(
      context: context, store: store, inventory: inventory, sessions: sessions, importer: DomainImporter(),
      clock: clock, logger: logger)
    let seal = try MarkSeal(context.fleetID, .generate())
    let rates = EventRates()
    settling = Settling(
      context: context, store: store, inventory: inventory, activeOperations: ActiveOperations(),
      vmRecovery: vmRecovery,
      seal: seal, rates: rates, clock: clock, logger: logger)
    streamHandler = AgentStreamHandler(
      context: context, store: store, inventory: inventory, sessions: sessions,
      conflicts: ReportedConflicts(),
      starts: StartArbiter(inventory: inventory, store: store, clock: clock, logger: logger),
      settling: settling,
      recovery: HostRecovery(context: context, store: store, clock: clock), seal: seal,
      rates: rates, calls: LiveCalls(connections: ConnectionLimiter(.link)), pace: HostPace(clock: clock),
      reports: ReportWrites(interval: .zero) { Issue.record($0) }, clock: clock, logger: logger)
    handler = LedgerHandler(store: store, inventory: inventory, clock: clock)
    await inventory.follow(store)
    let (hosts, vms, reports) = try await store.read { (try $0.hosts(), try $0.vms(), try $0.reports()) }
    let last = try reports.map { ($0.hostID, (at: $0.at, domains: try AgentStreamHandler.domains(inReport: $0.bytes))) }
    await inventory.load(hosts: hosts, vms: vms, reports: Dictionary(last, uniquingKeysWith: { _, last in last }))
  }
}

extension FleetRecord {
  /// A new fleet for a ledger's life.
  static let ledger = FleetRecord(
    id: .sample(1), name: "test", createdAt: .sample, incarnation: .sample(2), epoch: 0, linkAddress: "10.0.0.1:7443",
    enrolmentAddress: "10.0.0.1:7444", macPrefix: "02:ab:cd", vncFirst: 5900, vncLast: 32767, quarantineSeconds: 60)
}
