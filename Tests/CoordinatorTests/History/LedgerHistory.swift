import Fleet
import FleetTestKit
import RoostProto
import Scheduling
import Store

@testable import Coordinator

/// One random history of a world, told step by step; the same seed in the same world gives the same history.
struct LedgerHistory {
  typealias Surprise = LedgerScenario.Surprise

  static let steps = 7
  /// One history in this many restores a backup.
  static let historiesPerRestore = 25

  let scenario: LedgerScenario
  let random: SeededRandomSource
  /// Selects addresses that no other history uses.
  let number: Int
  var story: [String] = []
  /// The pool's addresses.
  let range: MACRange
  let pool: String
  let network: String
  /// The steps before which a backup is made and put back, if this history has them.
  private let backupStep: Int?
  private let restoreStep: Int?
  /// What was known when the backup was made, and the pool's cursor then.
  var backup: (model: LedgerModel, cursor: UInt64)?
  /// What the pool has given since.
  var givenSince: Set<MACAddress> = []

  /// Begins a history with a pool of a few addresses and a range of a few ports of its own.
  init(_ scenario: LedgerScenario, seed: UInt64, number: Int) async throws {
    self.scenario = scenario
    self.number = number
    let random = SeededRandomSource(seed: seed)
    self.random = random
    (pool, network) = ("p\(number)", "n\(number)")
    let first = 0x0600_0000_0000 + UInt64(number) << 8
    guard let low = MACAddress(number: first), let high = MACAddress(number: first + UInt64(random.int(in: 2...9)))
    else { throw Surprise(what: "no addresses") }
    range = try MACRange(first: low, last: high)
    let early = random.int(in: 0...Self.steps - 3)
    let late = random.int(in: early + 1...Self.steps - 1)
    (backupStep, restoreStep) = random.once(in: Self.historiesPerRestore) ? (early, late) : (nil, nil)
    let record = MACPoolRecord(
      pool: try MACPool(name: pool, first: low, last: high), selector: .network(network),
      createdAt: scenario.clock.now())
    let ports = 5900 + number * 16
    let width = random.int(in: 2...9)
    try await scenario.store.commit { transaction in
      try transaction.insertPool(record)
      var fleet = try transaction.fleet()
      (fleet.vncFirst, fleet.vncLast) = (ports, ports + width)
      try transaction.updateFleet(fleet)
    }
  }

  /// Lives through it and leaves nothing behind but the ledger's old rows.
  /// - Throws: ``LedgerScenario/Surprise`` for what must never happen.
  mutating func run() async throws {
    for number in 0..<Self.steps {
      if number == backupStep { try await backUp() }
      if number == restoreStep { try await restore() }
      scenario.clock.advance(seconds: Int64(random.int(in: 0...40)))
      let told = story.count
      try await step()
      // What is wrong stays wrong, so that every third look finds it.
      if story.count > told, random.once(in: 3) { try await check() }
    }
    try await check()
    for id in LedgerScenario.hostIDs where !scenario.connected.contains(id) { try await scenario.comeBack(id) }
    let told = scenario.model.told.filter { !$0.value.isEmpty }.keys.sorted()
    for vm in await vms { try await scenario.delete(vm) }
    scenario.reality = [:]
    for id in told { try await scenario.report(id) }
    for range in scenario.model.reserved { _ = try await scenario.handler.release(range, force: false, write()) }
    scenario.model.reserved = []
    let (pool, now) = (pool, scenario.clock.now())
    try await scenario.store.commit { try $0.removePool(pool, at: now) }
  }

  var vms: [ManagedVM] {
    get async { await scenario.inventory.view.vms.values.sorted { $0.id < $1.id } }
  }

  /// An address of the pool: half the time one that rests, if any does.
  func address() throws -> MACAddress {
    let resting = resting()
    if !resting.isEmpty, random.once(in: 2) { return random.element(of: resting) }
    let offset = random.int(in: 0...Int(range.count) - 1)
    guard let mac = MACAddress(number: range.first.number + UInt64(offset)) else { throw Surprise(what: "no address") }
    return mac
  }

  /// The addresses of the pool that rest now.
  func resting() -> [MACAddress] {
    let now = scenario.clock.now()
    return scenario.model.resting.filter { range.contains($0.key) && $0.value > now }.keys.sorted()
  }

  func write() throws -> IdempotencyKey {
    try IdempotencyKey(id: RequestID(from: random).description, body: Roost_V1_ReserveMACsRequest())
  }

  private mutating func step() async throws {
    switch random.int(in: 1...24) {
    case 1...4: try await create(nil)
    case 5, 6: try await create(try address())
    case 7...9: try await delete()
    case 10: try await reserve()
    case 11: try await release()
    case 12, 13: try await define()
    case 14: try await startOrStop()
    case 15: try await undefine()
    case 16: try await migrate()
    case 17, 18: try await loseOrFind()
    case 19, 20: try await adopt()
    case 21: try await giveBack()
    case 22: try await insist()
    case 23:
      if random.once(in: 4) {
        story.append("crash")
        try await scenario.crash()
      } else {
        try await undone()
      }
    default:
      let id = random.element(of: LedgerScenario.hostIDs)
      story.append("report of \(id)")
      try await scenario.report(id)
    }
  }

  /// A new VM, or a clone of one, with addresses of the pool; with a chosen address it is an import.
  mutating func create(_ chosen: MACAddress?) async throws {
    let open = LedgerScenario.hostIDs.filter(scenario.connected.contains)
    guard let host = open.isEmpty ? nil : random.element(of: open) else { return }
    let id = VMID(from: random)
    let original = await vms.last
    let count = chosen == nil ? original?.spec.nics.count ?? random.int(in: 1...2) : 1
    let nics = (0..<count).map { _ in NICSpec(source: .network(network), mac: chosen) }
    let spec = VMSpec.sample("vm-\(id)", vcpus: 1, memory: .mebibytes(1), disk: .zero, nics: nics)
    let now = scenario.clock.now()
    let model = scenario.model
    let freeMACs = Int(range.count) - held(at: now)
    do {
      let vm = try await scenario.create(spec, id: id, on: host)
      story.append("\(id) is created on \(host) with \(vm.allocations)")
      for mac in vm.allocations.macs {
        guard model.isFree(mac, at: now) else { throw Surprise(what: "\(mac) was not free") }
        guard chosen != nil || range.contains(mac) else { throw Surprise(what: "\(mac) is not of the pool") }
        scenario.model.macs[mac] = id
        if chosen == nil { givenSince.insert(mac) }
      }
      guard let port = vm.allocations.vncPort, model.isFree(port) else { throw Surprise(what: "the port was not free") }
      guard Set(vm.allocations.macs).count == count else { throw Surprise(what: "too few addresses") }
      scenario.model.ports[port] = id
      scenario.reality[host, default: [:]][id] = .sample(of: vm, fleetID: .sample(900), seenAt: now)
      try await maybeReport(host)
    } catch let error as FleetError {
      story.append("a VM is refused: \(error.message)")
      let isFree = chosen.map { model.isFree($0, at: now) } ?? (freeMACs >= count)
      let fleet = try await scenario.store.read { try $0.fleet() }
      let hasPort = fleet.vncPorts.contains { model.isFree($0) }
      guard !isFree || !hasPort, error.code == .conflict || error.code == .exhausted else {
        throw Surprise(what: "a VM was refused without reason: \(error)")
      }
    }
  }

  /// How many addresses of the range can't be had.
  private func held(at now: Timestamp) -> Int {
    (range.first.number...range.last.number).count { number in
      MACAddress(number: number).map { !scenario.model.isFree($0, at: now) } ?? true
    }
  }

  private mutating func delete() async throws {
    let open = await vms.filter { vm in scenario.connected.contains(vm.hostID) && isAtHome(vm) }
    guard let vm = open.isEmpty ? nil : random.element(of: open) else { return }
    story.append("\(vm.id) is deleted")
    try await scenario.delete(vm)
    try await scenario.report(vm.hostID)
  }

  func isAtHome(_ vm: ManagedVM) -> Bool { scenario.reality[vm.hostID]?[vm.id] != nil }

  private mutating func reserve() async throws {
    let ends = [try address(), try address()].sorted()
    let wanted = try MACRange(first: ends[0], last: ends[1])
    let model = scenario.model
    let isTaken = (wanted.first.number...wanted.last.number).contains { number in
      MACAddress(number: number).map { model.macs[$0] != nil || model.isSeen($0) } ?? true
    }
    let now = scenario.clock.now()
    let rests = wanted.count == 1 && model.rests(wanted.first, at: now)
    let mayBe = !isTaken && !rests && !model.reserved.contains { $0.overlaps(wanted) }
    do {
      _ = try await scenario.handler.reserve(wanted, for: "printer", write())
      story.append("\(wanted) is reserved")
      guard mayBe else { throw Surprise(what: "\(wanted) was not free") }
      scenario.model.reserved.append(wanted)
    } catch let error as FleetError {
      story.append("\(wanted) is not reserved: \(error.message)")
      guard !mayBe else { throw Surprise(what: "a reservation was refused without reason: \(error)") }
    }
  }

  private mutating func release() async throws {
    let mac = try address()
    let force = random.once(in: 2)
    let now = scenario.clock.now()
    do {
      // A range is named as it was reserved.
      let range = try scenario.model.reserved.first { $0.contains(mac) } ?? MACRange(first: mac, last: mac)
      _ = try await scenario.handler.release(range, force: force, write())
      story.append("\(mac) is released\(force ? " by force" : "")")
      if scenario.model.kept.remove(mac) != nil { scenario.model.macs[mac] = nil }
      guard scenario.model.macs[mac] == nil else { throw Surprise(what: "the address of a VM was released") }
      let hadRange = scenario.model.reserved.contains { $0.contains(mac) }
      scenario.model.reserved.removeAll { $0.contains(mac) }
      guard !hadRange else { return }
      guard force || !scenario.model.rests(mac, at: now) else { throw Surprise(what: "\(mac) rested") }
      scenario.model.resting[mac] = nil
    } catch let error as FleetError {
      guard error.code == .conflict || error.code == .notFound else { throw error }
    }
  }

  /// Somebody makes a domain with virsh: with an address of the pool, often one that is taken.
  private mutating func define() async throws {
    let host = random.element(of: LedgerScenario.hostIDs)
    let id = VMID(from: random)
    let mac = try address()
    let port = 5900 + number * 16 + random.int(in: 0...9)
    story.append("\(id) is defined on \(host) with \(mac) and \(port)")
    scenario.reality[host, default: [:]][id] = .unmanaged(
      "pet-\(id)", id: id, state: random.once(in: 2) ? .running : .stopped, macs: [mac],
      vncPort: random.once(in: 2) ? port : nil, seenAt: scenario.clock.now())
    try await maybeReport(host)
  }

  private mutating func startOrStop() async throws {
    let host = random.element(of: LedgerScenario.hostIDs)
    guard let id = scenario.reality[host]?.keys.sorted().first, var domain = scenario.reality[host]?[id] else {
      return
    }
    domain.state = domain.state == .running ? .stopped : .running
    domain.live = domain.state == .running ? domain.saved : nil
    story.append("\(id) is \(domain.state) now")
    scenario.reality[host]?[id] = domain
    try await maybeReport(host)
  }

  private mutating func undefine() async throws {
    let host = random.element(of: LedgerScenario.hostIDs)
    guard let id = scenario.reality[host]?.keys.sorted().last else { return }
    story.append("\(id) is undefined on \(host)")
    scenario.reality[host]?[id] = nil
    try await maybeReport(host)
  }

  /// Somebody moves a VM with virsh; once both hosts have told, it belongs where it is.
  private mutating func migrate() async throws {
    guard let vm = await vms.first, isAtHome(vm), let domain = scenario.reality[vm.hostID]?[vm.id],
      domain.mark != nil
    else { return }
    let target = random.element(of: LedgerScenario.hostIDs.filter { $0 != vm.hostID })
    story.append("\(vm.id) is moved from \(vm.hostID) to \(target)")
    scenario.reality[vm.hostID]?[vm.id] = nil
    scenario.reality[target, default: [:]][vm.id] = domain
    guard scenario.connected.isSuperset(of: [vm.hostID, target]) else { return }
    for host in random.shuffled([vm.hostID, target]) { try await scenario.report(host) }
    let isElsewhere = scenario.model.told.contains { $0.key != target && $0.value[vm.id] != nil }
    let (row, port) = try await scenario.store.read { reader in
      (try reader.vm(vm.id), try vm.allocations.vncPort.flatMap { try reader.portHolder($0) })
    }
    let portIsHome = vm.allocations.vncPort == nil || port?.host == row?.host
    guard isElsewhere || row?.hostID == target && portIsHome else {
      throw Surprise(what: "\(vm.id) did not take its home along: \(String(describing: row?.host))")
    }
  }

  private mutating func loseOrFind() async throws {
    let id = random.element(of: LedgerScenario.hostIDs)
    if scenario.connected.contains(id) {
      story.append("\(id) is lost")
      await scenario.lose(id)
    } else {
      story.append("\(id) comes back")
      try await scenario.comeBack(id)
    }
  }

  /// A change that fails at its end leaves no address and no cursor moved.
  private mutating func undone() async throws {
    story.append("a change is undone")
    let allocator = MACAllocator(
      nics: [NICSpec(source: .network(network))], labels: [:], owners: { _ in [] })
    let now = scenario.clock.now()
    do {
      try await scenario.store.commit { transaction in
        _ = try allocator.allocate(in: transaction, now: now)
        throw FleetError(.internal, "the power fails")
      }
    } catch {
      guard error.code == .internal || error.code == .exhausted else { throw error }
    }
  }

  func maybeReport(_ host: HostID) async throws {
    if !random.once(in: 4) { try await scenario.report(host) }
  }
}
