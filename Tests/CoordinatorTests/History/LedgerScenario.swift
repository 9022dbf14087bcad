import Fleet
import FleetTestKit
import Foundation
import Store

@testable import Coordinator

/// A small fleet in one process: the real store, the real inventory and the real handling of reports; hosts, their
/// domains and the passing of time are made up. Histories follow one another in it, each on addresses of its own.
final class LedgerScenario {
  /// What a history expected and did not find.
  struct Surprise: Error {
    let what: String
  }

  static let quarantineSeconds: Int64 = 60
  static let hostIDs: [HostID] = [.sample(101), .sample(102), .sample(103)]

  private let directory: String
  private let random = SeededRandomSource(seed: 1)
  let clock = ManualClock()
  private(set) var life: LedgerLife
  /// What is on each host, told or not.
  var reality: [HostID: [VMID: ObservedDomain]] = [:]
  var connected: Set<HostID> = []
  /// What each host's agent remembers that it was told.
  private var memories: [HostID: HighWaterMarks] = [:]
  var model = LedgerModel()

  var store: FleetStore { life.store }
  var inventory: Inventory { life.inventory }
  var handler: LedgerHandler { life.handler }

  private var database: String { directory + "/roost.db" }
  private var backupFile: String { directory + "/backup.db" }

  private static let identity = FleetRecord(
    id: .sample(900), name: "test", createdAt: .sample, incarnation: .sample(2), epoch: 1, linkAddress: "10.0.0.1:7440",
    enrolmentAddress: "10.0.0.1:7441", macPrefix: "02:ab:cd", vncFirst: 5900, vncLast: 32767,
    quarantineSeconds: quarantineSeconds)

  /// Founds a fleet of three hosts with room for everything, in memory if the machine has a file system there.
  init() async throws {
    let home = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    directory = "\(home)/roost-history-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let store = try FleetStore.create(at: directory + "/roost.db", identity: Self.identity)
    let capacity = HostCapacity(vcpus: 100_000, memory: .gibibytes(1 << 20), disk: .gibibytes(1 << 20))
    try await store.commit { transaction in
      for (index, id) in Self.hostIDs.enumerated() {
        try transaction.insertHost(.sample("h\(index + 1)", id: id, capacity: capacity))
      }
    }
    life = try await LedgerLife(store, random, clock)
    for id in Self.hostIDs { try await comeBack(id) }
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Ends the coordinator between two breaths and starts another on what it left; the agents reconnect.
  func crash() async throws {
    try store.close()
    life = try await LedgerLife(FleetStore.open(at: database), random, clock)
    for id in connected.sorted() { try await comeBack(id) }
  }

  /// Puts a copy of the database aside.
  func backUp() async throws {
    try? FileManager.default.removeItem(atPath: backupFile)
    try await store.backup(to: backupFile)
  }

  /// Puts that copy in the place of the database, as `roost-coordinator restore` does, and starts a coordinator on it;
  /// no agent has come back yet.
  func restore() async throws {
    try store.close()
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
    let store = try FleetStore.restore(backupFile, to: database)
    let now = clock.now()
    try await store.commit { try $0.settle(at: now, reason: "its database was restored from a backup") }
    life = try await LedgerLife(store, random, clock)
    try await life.settling.begin()
    connected = []
  }

  /// Lets a host's agent connect, say what it remembers, and tell everything.
  func comeBack(_ id: HostID) async throws {
    guard let host = await inventory.view.hosts[id]?.host else { throw Surprise(what: "host \(id) is forgotten") }
    let wasSettling = life.context.epochState.isSettling
    connected.insert(id)
    let now = clock.now()
    let memory = memories[id] ?? HighWaterMarks(epoch: 0, incarnation: "", macCursor: 0)
    try await life.settling.learnMarks(memory, from: host)
    guard wasSettling || !life.context.epochState.isSettling else {
      throw Surprise(what: "it settles, and nothing was lost")
    }
    try await tell(id)
    await inventory.update(id) { entry in
      entry.isConnected = true
      entry.libvirt = LibvirtState(isConnected: true, since: now)
      entry.toldOf = now
    }
    try await life.settling.hostReported(id)
    try await report(id)
  }

  /// Tells an agent how far the fleet has come; it keeps the highest cursors it ever heard of.
  private func tell(_ id: HostID) async throws {
    var marks = try await store.read { try $0.highWater() }
    if let memory = memories[id] { marks.poolCursors.raise(to: memory.poolCursors) }
    marks.epoch = life.context.epoch
    memories[id] = marks
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
    try await life.streamHandler.processDomainChanges(
      from: id, about: Set(before.keys).union(domains.keys), before: before)
  }

  /// Places a VM with such interfaces on a host, as admission commits it; the host's agent hears of it.
  func create(_ spec: VMSpec, id: VMID, on hostID: HostID) async throws -> ManagedVM {
    let view = await inventory.view
    let allocator = MACAllocator(nics: spec.nics, labels: spec.labels) { view.observedOwners(of: $0) }
    let ports = view.observedPorts()
    let now = clock.now()
    let host = "h\((Self.hostIDs.firstIndex(of: hostID) ?? 0) + 1)"
    let vm = try await store.commit { transaction in
      try Settling.check(transaction, "create a VM")
      let grants = try allocator.allocate(in: transaction, now: now)
      let port = try PortAllocator.next(observed: ports, in: transaction)
      let vm = ManagedVM(
        id: id, spec: spec, hostID: hostID, host: host, power: .running, revision: 1,
        allocations: Allocations(macs: grants.map(\.mac), vncPort: port), phase: nil, createdAt: now)
      try transaction.insertVM(vm)
      for grant in grants { try transaction.allocateMAC(grant.mac, to: vm, source: grant.source, at: now) }
      try transaction.allocatePort(port, to: vm, at: now)
      return vm
    }
    try await tell(hostID)
    return vm
  }

  /// Destroys a VM and releases what it has.
  func delete(_ vm: ManagedVM) async throws {
    let now = clock.now()
    let until = now.adding(seconds: Self.quarantineSeconds)
    try await store.commit { try OperationDriver.remove(vm, in: $0, now: now, quarantineUntil: until) }
    model.release(vm, until: until)
    reality[vm.hostID]?[vm.id] = nil
    model.told[vm.hostID]?[vm.id] = nil
  }

  /// Makes a managed VM of a domain as it was told, with all that adoption asks about first.
  func adopt(_ domain: ObservedDomain, on hostID: HostID) async throws -> ManagedVM {
    let view = await inventory.view
    guard let entry = view.hosts[hostID] else { throw Surprise(what: "host \(hostID) is forgotten") }
    let now = clock.now()
    let macs = domain.macs.sorted()
    let adoptee = AdoptedDomain(
      spec: .sample(
        domain.name, vcpus: 1, memory: .mebibytes(1), disk: .zero,
        nics: macs.map { NICSpec(source: .network("n"), mac: $0) }),
      macs: macs, vncPort: domain.displayPorts.min(), isAutoport: false, notes: [])
    let fleetID = life.context.fleetID
    let vm = try await store.commit { transaction in
      let check = AdoptionCheck(
        snapshot: try AdoptionSnapshot(view, of: domain.macs, in: transaction), fleetID: fleetID, now: now,
        acceptConflicts: false)
      let passed = try check.pass(adoptee, domain, on: entry)
      let vm = ManagedVM(
        id: domain.id, spec: passed.spec, hostID: hostID, host: entry.host.name, power: domain.powerTarget,
        revision: 1, allocations: Allocations(macs: passed.macs, vncPort: passed.vncPort), phase: nil, createdAt: now)
      try transaction.adopt(vm, at: now)
      return vm
    }
    reality[hostID]?[domain.id]?.mark = VMMark(
      fleetID: life.context.fleetID.description, vmID: vm.id, revision: 1, allocations: vm.allocations)
    return vm
  }

  /// Gives a VM back: its guest keeps what it has.
  func giveBack(_ vm: ManagedVM) async throws {
    let now = clock.now()
    try await store.commit { try OperationDriver.giveBack(vm, in: $0, now: now) }
    model.giveBack(vm)
    reality[vm.hostID]?[vm.id]?.mark = nil
  }
}
