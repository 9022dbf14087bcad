import Fleet
import FleetTestKit
import Foundation
import Logging
import Scheduling
import Store

@testable import Coordinator

/// A small fleet in one process: the real store, the real inventory and the real reception of reports; hosts, their
/// domains and the passing of time are made up. Histories follow one another in it, each on addresses of its own.
final class LedgerWorld {
  /// What a history expected and did not find.
  struct Surprise: Error {
    let what: String
  }

  static let quarantineSeconds: Int64 = 60
  static let hostIDs: [HostID] = [.sample(101), .sample(102), .sample(103)]

  private let directory: String
  let clock = ManualClock()
  private(set) var store: FleetStore
  private(set) var inventory = Inventory()
  private(set) var reception: AgentReception
  private(set) var desk: LedgerDesk
  /// What is on each host, told or not.
  var reality: [HostID: [VMID: ObservedDomain]] = [:]
  var connected: Set<HostID> = []
  var model = LedgerModel()

  private static let identity = FleetRecord(
    id: .sample(900), name: "test", createdAt: .sample, incarnation: .sample(2), epoch: 1, linkAddress: "10.0.0.1:7440",
    enrolmentAddress: "10.0.0.1:7441", macPrefix: "02:ab:cd", vncFirst: 5900, vncLast: 32767,
    quarantineSeconds: quarantineSeconds)

  private static let office = Office(
    fleetID: .sample(900), fleetName: "test", incarnation: .sample(2), term: Term(epoch: 1),
    beginning: HighWater(epoch: 1, incarnation: "", macCursor: 0),
    link: ListenAddress(host: "10.0.0.1", port: 7440), enrolment: ListenAddress(host: "10.0.0.1", port: 7441),
    quarantineSeconds: quarantineSeconds, startedAt: .sample)

  /// Founds a fleet of three hosts with room for everything, in memory if the machine has a file system there.
  init() async throws {
    let home = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    directory = "\(home)/roost-history-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    store = try FleetStore.create(at: directory + "/roost.db", identity: Self.identity)
    (reception, desk) = Self.services(store, inventory, clock)
    let capacity = HostCapacity(vcpus: 100_000, memory: .gibibytes(1 << 20), disk: .gibibytes(1 << 20))
    try await store.commit { transaction in
      for (index, id) in Self.hostIDs.enumerated() {
        try transaction.insertHost(.sample("h\(index + 1)", id: id, capacity: capacity))
      }
    }
    try await load()
    for id in Self.hostIDs { try await comeBack(id) }
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(atPath: directory)
  }

  private static func services(
    _ store: FleetStore, _ inventory: Inventory, _ clock: ManualClock
  ) -> (AgentReception, LedgerDesk) {
    var logger = Logger(label: "history")
    logger.logLevel = .critical
    let feed = EventFeed()
    let sessions = AgentSessions(random: SeededRandomSource(seed: 1))
    let rebuilder = Rebuilder(
      office: office, store: store, inventory: inventory, sessions: sessions, importer: DomainImporter(),
      clock: clock, logger: logger)
    let reception = AgentReception(
      office: office, store: store, inventory: inventory, sessions: sessions, feed: feed,
      conflicts: ConflictWatch(),
      starts: StartDesk(inventory: inventory, store: store, feed: feed, clock: clock, logger: logger),
      settling: SettlingDesk(
        office: office, store: store, inventory: inventory, board: OperationBoard(), feed: feed, rebuilder: rebuilder,
        clock: clock, logger: logger),
      recovery: HostRecovery(office: office, store: store, inventory: inventory, clock: clock), clock: clock,
      logger: logger)
    return (reception, LedgerDesk(store: store, inventory: inventory, feed: feed, clock: clock))
  }

  private func load() async throws {
    let (hosts, vms, reports) = try await store.read { (try $0.hosts(), try $0.vms(), try $0.reports()) }
    let last = try reports.map { ($0.hostID, (at: $0.at, domains: try AgentReception.domains(inReport: $0.bytes))) }
    await inventory.load(hosts: hosts, vms: vms, reports: Dictionary(last, uniquingKeysWith: { _, last in last }))
  }

  /// Ends the coordinator between two breaths and starts another on what it left; the agents reconnect.
  func crash() async throws {
    try store.close()
    store = try FleetStore.open(at: directory + "/roost.db")
    inventory = Inventory()
    (reception, desk) = Self.services(store, inventory, clock)
    try await load()
    for id in connected.sorted() { try await comeBack(id) }
  }

  /// Lets a host's agent connect and tell everything.
  func comeBack(_ id: HostID) async throws {
    connected.insert(id)
    let now = clock.now()
    await inventory.update(id) { entry in
      entry.isConnected = true
      entry.libvirt = LibvirtState(isConnected: true, since: now)
    }
    try await report(id)
  }

  /// Cuts a host off; what it told stays.
  func lose(_ id: HostID) async {
    connected.remove(id)
    await inventory.update(id) { $0.isConnected = false }
  }

  /// Lets a host tell what is on it now; nothing comes of it while it is cut off.
  func report(_ id: HostID) async throws {
    guard connected.contains(id) else { return }
    let domains = reality[id] ?? [:]
    let before = await inventory.view.hosts[id]?.domains ?? [:]
    let now = clock.now()
    await inventory.update(id) { entry in
      entry.domains = domains
      entry.domainsAt = now
      entry.seenAt = now
    }
    model.told[id] = domains
    try await reception.learn(from: id, about: Set(before.keys).union(domains.keys), before: before)
  }

  /// Places a VM with such interfaces on a host, as admission commits it.
  func create(_ spec: VMSpec, id: VMID, on hostID: HostID) async throws -> ManagedVM {
    let view = await inventory.view
    let allotment = MACAllotment(nics: spec.nics, labels: spec.labels) { view.observedOwners(of: $0) }
    let ports = view.observedPorts()
    let now = clock.now()
    let host = "h\((Self.hostIDs.firstIndex(of: hostID) ?? 0) + 1)"
    let vm = try await store.commit { transaction in
      let grants = try allotment.allot(in: transaction, now: now)
      let port = try PortAllotment.next(observed: ports, in: transaction)
      let vm = ManagedVM(
        id: id, spec: spec, hostID: hostID, host: host, power: .running, revision: 1,
        allocations: Allocations(macs: grants.map(\.mac), vncPort: port), phase: nil, placed: nil, createdAt: now)
      try transaction.insertVM(vm)
      for grant in grants { try transaction.allocateMAC(grant.mac, to: vm, source: grant.source, at: now) }
      try transaction.allocatePort(port, to: vm, at: now)
      return vm
    }
    await inventory.put(vm)
    return vm
  }

  /// Destroys a VM and releases what it has.
  func delete(_ vm: ManagedVM) async throws {
    let now = clock.now()
    let until = now.adding(seconds: Self.quarantineSeconds)
    try await store.commit { transaction in
      try transaction.releaseMACs(of: vm.id, at: now, quarantineUntil: until)
      try transaction.releasePorts(of: vm.id, at: now)
      try transaction.removeVM(vm.id)
    }
    await inventory.remove(vm: vm.id)
    model.release(vm, until: until)
    reality[vm.hostID]?[vm.id] = nil
    model.told[vm.hostID]?[vm.id] = nil
  }
}
