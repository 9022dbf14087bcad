import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

/// Random histories of a small fleet. A model in memory says what each step must do; afterwards the database must
/// hold exactly what the model holds, and no promise of the schema may be broken at any moment in between.
@Suite("any history")
struct HistoryTests {
  /// What the fleet should hold.
  struct Model {
    var hosts: [HostID: HostCapacity] = [:]
    var vms: [VMID: ManagedVM] = [:]
    var resting: [MACAddress: Timestamp] = [:]
    var cursor: UInt64 = 0
    var events: Int64 = 0
    var ledgerRows = 0

    func reserved(on host: HostID, without vm: VMID? = nil) -> Reservation {
      vms.values.filter { $0.hostID == host && $0.id != vm }.reduce(Reservation()) { $0 + $1.spec.reservation }
    }

    func fits(_ vm: ManagedVM) -> Bool {
      guard let limit = hosts[vm.hostID]?.limit else { return false }
      let old = vms[vm.id].flatMap { $0.hostID == vm.hostID ? $0.spec.reservation : nil } ?? Reservation()
      let (others, new) = (reserved(on: vm.hostID, without: vm.id), vm.spec.reservation)
      return (new.vcpus <= old.vcpus || new.vcpus + others.vcpus <= limit.vcpus)
        && (new.memory <= old.memory || new.memory + others.memory <= limit.memory)
        && (new.disk <= old.disk || new.disk + others.disk <= limit.disk)
    }

    func isFree(_ mac: MACAddress, except vm: VMID, at now: Timestamp) -> Bool {
      (resting[mac] ?? .sample) <= now && !vms.values.contains { $0.id != vm && $0.allocations.macs.contains(mac) }
    }
  }

  static let hostIDs: [HostID] = [.sample(101), .sample(102), .sample(103)]

  private func capacity(_ random: SeededRandomSource) -> HostCapacity {
    HostCapacity(
      vcpus: random.int(in: 0...8), memory: .gibibytes(Int64(random.int(in: 0...8))),
      disk: .gibibytes(Int64(random.int(in: 0...40))))
  }

  private func vm(_ random: SeededRandomSource) throws -> ManagedVM {
    let number = random.int(in: 1...12)
    let host = random.int(in: 0...2)
    var vm = ManagedVM.numbered(
      number, vcpus: random.int(in: 1...3), memory: .gibibytes(Int64(random.int(in: 1...3))),
      disk: .gibibytes(Int64(random.int(in: 0...20))))
    (vm.hostID, vm.host) = (Self.hostIDs[host], "h\(host + 1)")
    vm.allocations.macs = [try .numbered(UInt64(random.int(in: 1...8)))]
    vm.allocations.vncPort = random.int(in: 5900...5908)
    return vm
  }

  @Test("the database does what the model does", arguments: 1...100)
  func history(seed: Int) async throws {
    let random = SeededRandomSource(seed: UInt64(seed))
    var model = Model()
    let hosts = Self.hostIDs.enumerated().map { Host.sample("h\($0 + 1)", id: $1, capacity: capacity(random)) }
    for host in hosts { model.hosts[host.id] = host.capacity }
    let fleet = try await TemporaryFleet(hosts: hosts)
    var now = Timestamp.sample
    for _ in 0..<40 {
      now = now.adding(seconds: Int64(random.int(in: 0...30)))
      switch random.int(in: 1...10) {
      case 1...5: try await create(try vm(random), &model, fleet, at: now)
      case 6: try await destroy(random, &model, fleet, at: now)
      case 7: try await resize(random, &model, fleet)
      case 8: try await move(random, &model, fleet)
      case 9:
        let cursor = UInt64(random.int(in: 0...1000))
        try await fleet.store.commit { try $0.advanceMACCursor(to: cursor) }
        model.cursor = max(model.cursor, cursor)
      default: try await undone(try vm(random), fleet, at: now)
      }
    }
    try await compare(model, fleet, seed)
  }

  private func create(
    _ vm: ManagedVM, _ model: inout Model, _ fleet: TemporaryFleet, at now: Timestamp
  ) async throws {
    let nameIsFree = model.vms[vm.id] == nil
    let portIsFree = !model.vms.values.contains { $0.allocations.vncPort == vm.allocations.vncPort }
    let macIsFree = vm.allocations.macs.allSatisfy { model.isFree($0, except: vm.id, at: now) }
    let mayStand = nameIsFree && portIsFree && macIsFree && model.fits(vm)
    do {
      try await fleet.create(vm, at: now)
      #expect(mayStand, "\(vm) was taken")
      model.vms[vm.id] = vm
      for mac in vm.allocations.macs { model.resting[mac] = nil }
      model.events += 1
      model.ledgerRows += vm.allocations.macs.count
    } catch let error as FleetError {
      #expect(!mayStand, "\(vm) was refused: \(error)")
      #expect(error.code == .conflict || error.code == .noHostFits)
    }
  }

  private func destroy(
    _ random: SeededRandomSource, _ model: inout Model, _ fleet: TemporaryFleet, at now: Timestamp
  ) async throws {
    guard let vm = model.vms.values.sorted(by: { $0.id < $1.id }).randomElement(by: random) else { return }
    try await fleet.store.commit { try $0.destroy(vm.id, at: now, quarantineSeconds: 60) }
    model.vms[vm.id] = nil
    for mac in vm.allocations.macs { model.resting[mac] = now.adding(seconds: 60) }
  }

  private func resize(_ random: SeededRandomSource, _ model: inout Model, _ fleet: TemporaryFleet) async throws {
    let index = random.int(in: 0...2)
    let host = Host.sample("h\(index + 1)", id: Self.hostIDs[index], capacity: capacity(random))
    try await fleet.store.commit { try $0.updateHost(host) }
    model.hosts[host.id] = host.capacity
  }

  private func move(_ random: SeededRandomSource, _ model: inout Model, _ fleet: TemporaryFleet) async throws {
    guard var vm = model.vms.values.sorted(by: { $0.id < $1.id }).randomElement(by: random) else { return }
    let index = random.int(in: 0...2)
    (vm.hostID, vm.host, vm.revision) = (Self.hostIDs[index], "h\(index + 1)", vm.revision + 1)
    vm.spec.vcpus = random.int(in: 1...4)
    let moved = vm
    do {
      try await fleet.store.commit { try $0.updateVM(moved) }
      #expect(model.fits(moved), "\(moved) was taken")
      model.vms[moved.id] = moved
    } catch {
      #expect(error.code == .noHostFits)
      #expect(!model.fits(moved), "\(moved) was refused: \(error)")
    }
  }

  /// A change that fails in the end leaves nothing.
  private func undone(_ vm: ManagedVM, _ fleet: TemporaryFleet, at now: Timestamp) async throws {
    let error = await refusal {
      try await fleet.store.commit { transaction throws in
        for other in try transaction.vms() { try transaction.destroy(other.id, at: now) }
        try transaction.advanceMACCursor(to: 5000)
        try? transaction.create(vm, at: now)
        throw FleetError(.exhausted, "no")
      }
    }
    #expect(error?.code == .exhausted)
  }

  private func compare(_ model: Model, _ fleet: TemporaryFleet, _ seed: Int) async throws {
    try await fleet.store.read { reader throws in
      #expect(try reader.vms() == model.vms.values.sorted { $0.spec.name < $1.spec.name }, "seed \(seed)")
      #expect(try reader.macCursor() == model.cursor)
      #expect(try reader.lastEventNumber() == model.events)
      #expect(try reader.events(since: 0, limit: 1000).map(\.number) == (0..<model.events).map { $0 + 1 })
      #expect(try reader.heldPorts() == Set(model.vms.values.compactMap(\.allocations.vncPort)))
      let ledger = try reader.macEntries(includeRetired: true)
      #expect(ledger.count == model.ledgerRows)
      let live = ledger.filter { $0.state != .retired }
      #expect(Set(live.map(\.mac)).count == live.count)
      let held = Dictionary(
        uniqueKeysWithValues: live.filter { $0.state == .allocated }.map { ($0.mac, $0.owner.vmID) })
      let owners = model.vms.values.flatMap { vm in vm.allocations.macs.map { ($0, VMID?.some(vm.id)) } }
      #expect(held == Dictionary(uniqueKeysWithValues: owners), "seed \(seed)")
      for host in Self.hostIDs { #expect(try reader.reserved(on: host) == model.reserved(on: host)) }
    }
    let faults = try fleet.raw { database in
      try String.fetchAll(database, sql: "PRAGMA integrity_check")
        + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map(\.description)
    }
    #expect(faults == ["ok"])
  }
}

extension Array {
  fileprivate func randomElement(by random: SeededRandomSource) -> Element? {
    isEmpty ? nil : self[random.int(in: 0...count - 1)]
  }
}
