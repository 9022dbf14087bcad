import Fleet
import FleetTestKit
import Logging
import PKI
import Store
import Testing

@testable import Coordinator

/// One life of a coordinator: an open database, a term of office, and the parts of the coordinator that the ledger
/// hears from.
struct LedgerLife {
  let store: FleetStore
  let office: Office
  let inventory = Inventory()
  let reception: AgentReception
  let settling: SettlingDesk
  let desk: LedgerDesk

  /// Takes office on a database and reads what it knows.
  init(_ store: FleetStore, _ random: SeededRandomSource, _ clock: ManualClock) async throws {
    var logger = Logger(label: "history")
    logger.logLevel = .critical
    self.store = store
    office = try await Coordinator.takeOffice(store, Incarnation(from: random), at: clock.now())
    let feed = EventFeed()
    let sessions = AgentSessions(random: random)
    let rebuilder = Rebuilder(
      office: office, store: store, inventory: inventory, sessions: sessions, importer: DomainImporter(),
      clock: clock, logger: logger)
    let seal = try MarkSeal(office.fleetID, .generate())
    let rates = EventRates()
    settling = SettlingDesk(
      office: office, store: store, inventory: inventory, board: OperationBoard(), feed: feed, rebuilder: rebuilder,
      seal: seal, rates: rates, clock: clock, logger: logger)
    reception = AgentReception(
      office: office, store: store, inventory: inventory, sessions: sessions, feed: feed,
      conflicts: ConflictWatch(),
      starts: StartDesk(inventory: inventory, store: store, feed: feed, clock: clock, logger: logger),
      settling: settling,
      recovery: HostRecovery(office: office, store: store, inventory: inventory, clock: clock), seal: seal,
      rates: rates, calls: LiveCalls(connections: ConnectionLimiter(.link)), pace: HostPace(clock: clock),
      reports: ReportWrites(interval: .zero) { Issue.record($0) }, clock: clock, logger: logger)
    desk = LedgerDesk(store: store, inventory: inventory, feed: feed, clock: clock)
    let (hosts, vms, reports) = try await store.read { (try $0.hosts(), try $0.vms(), try $0.reports()) }
    let last = try reports.map { ($0.hostID, (at: $0.at, domains: try AgentReception.domains(inReport: $0.bytes))) }
    await inventory.load(hosts: hosts, vms: vms, reports: Dictionary(last, uniquingKeysWith: { _, last in last }))
  }
}
