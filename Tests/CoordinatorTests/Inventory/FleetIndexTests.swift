import Fleet
import FleetTestKit
import Scheduling
import Store
import Testing

@testable import Coordinator

@Suite("The fleet's index, kept by the difference of each change")
struct FleetIndexTests {
  @Test(
    "after any changes it has what hosts and VMs have, and so do earlier copies",
    arguments: 1...80 as ClosedRange<UInt64>)
  func follows(_ seed: UInt64) async throws {
    let source = SeededRandomSource(seed: seed)
    let history = FleetHistory(source)
    var copies: [FleetView] = []
    for step in 0..<40 {
      await history.change()
      guard step % 4 == 3 else { continue }
      copies.append(await history.inventory.view)
    }
    for view in copies { try Self.check(view, "seed \(seed)") }
  }

  @Test(
    "conflicts and duplicates by the index are those of a look at everything",
    arguments: 1...80 as ClosedRange<UInt64>)
  func findings(_ seed: UInt64) async throws {
    let source = SeededRandomSource(seed: seed)
    let history = FleetHistory(source)
    for step in 0..<40 {
      await history.change()
      guard step % 4 == 3 else { continue }
      let view = await history.inventory.view
      let ledger = try history.ledger(of: view)
      let conflicts = Conflicts.find(
        ledger: ledger.rows, observed: view.observedDomains, managed: Set(view.vms.keys),
        reservations: ledger.reservations, shared: FleetHistory.storage(of: view))
      #expect(view.allConflicts(ledger) == conflicts, "seed \(seed), step \(step)")
      var part = ledger
      part.rows = ledger.rows.filter { $0.state == .reserved || view.index.contestedMACs.contains($0.mac) }
      #expect(view.allConflicts(part) == conflicts, "seed \(seed), step \(step)")
      let macs = Set(FleetHistory.macs.filter { _ in source.once(in: 2) })
      #expect(view.allConflicts(ledger, of: macs) == conflicts.filter { macs.contains($0.entry.mac) }, "seed \(seed)")
      let duplicates = DuplicateDefinitions.all(
        view.observedDomains.map { DuplicateDefinitions.Member($0.domain, host: $0.host) },
        shared: FleetHistory.storage(of: view))
      #expect(view.allDuplicates == duplicates, "seed \(seed), step \(step)")
      let ids = Set(FleetHistory.ids.filter { _ in source.once(in: 3) })
      let some = duplicates.filter { owner, _ in owner.vmID.map(ids.contains) ?? false }
      #expect(view.duplicates(ofDomains: ids) == some, "seed \(seed), step \(step)")
    }
  }

  @Test(
    "numbers and differences that are kept are those that a look at everything finds",
    arguments: 1...40 as ClosedRange<UInt64>)
  func numbers(_ seed: UInt64) async throws {
    let history = FleetHistory(SeededRandomSource(seed: seed), renames: false)
    for step in 0..<60 {
      await history.change()
      guard step % 3 == 2 else { continue }
      let (view, vms) = await history.inventory.counted()
      let kinds = view.vmSummaries().map { FleetMetrics.Kind(state: $0.state.name, isManaged: $0.managed) }
      #expect(vms.kinds == Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +), "seed \(seed), step \(step)")
      for host in view.hostSummaries {
        #expect((vms.hosts[host.id]?.all ?? 0) == host.vms, "seed \(seed), step \(step)")
        #expect((vms.hosts[host.id]?.reserved ?? Reservation()) == host.reserved, "seed \(seed), step \(step)")
      }
      try Self.check(addressesOf: view, history, "seed \(seed), step \(step)")
      let differences = FleetDifference.find(
        fleetID: .sample(1), managed: Array(view.vms.values),
        current: Set(view.hosts.values.filter(\.isCurrent).map(\.host.name)), observed: view.observedDomains)
      #expect(view.differences(fleetID: .sample(1)) == differences, "seed \(seed), step \(step)")
    }
  }

  @Test("ten thousand definitions of one address are kept like those of many")
  func crowd() throws {
    let source = SeededRandomSource(seed: 5)
    let mac = MACAddress.sample(1)
    var view = FleetView()
    var entries = (0..<10 as Range<UInt64>).map { HostEntry(host: .sample("h\($0)", id: .sample($0 + 1))) }
    for number in 0..<10_000 as Range<UInt64> {
      let id = VMID.sample(number % 5_000 + 1)
      entries[Int(number / 1_000)].domains[id] = .unmanaged("pet", id: id, macs: [mac], vncPort: 5900)
    }
    for entry in entries { view.replace(entry) }
    try Self.check(view, "all")
    #expect(view.index.contestedMACs == [mac] && view.index.unmanagedMACs[mac] == 10_000)
    // Every change of every host, as single reports make them.
    for turn in entries.indices {
      for id in entries[turn].domains.keys.sorted() where !source.once(in: 50) {
        entries[turn].report(changed: [], removed: [id], at: .sample)
      }
      view.replace(entries[turn])
    }
    try Self.check(view, "some")
    let left = entries.reduce(0) { $0 + $1.domains.count }
    #expect(view.index.unmanagedMACs[mac] == left && view.index.macs[mac].count == left)
    for entry in entries { view.remove(host: entry.host.id) }
    #expect(view.index.contestedMACs.isEmpty && view.index.macs.shared.isEmpty && !view.index.macs.contains(mac))
  }

  @Test("one of many definitions of a key goes, whichever was first")
  func places() {
    let source = SeededRandomSource(seed: 6)
    var index = PlaceIndex<Int>()
    var expected: Set<DomainPlace> = []
    for number in 0..<2_000 as Range<UInt64> {
      let place = DomainPlace(host: .sample(number % 3 + 1), vm: .sample(number + 1))
      index.add(place, to: 1)
      expected.insert(place)
      if source.once(in: 2) {
        let gone = source.element(of: index[1])
        index.remove(gone, from: 1)
        expected.remove(gone)
        #expect(!index.contains(gone, for: 1))
      }
      #expect(index.contains(1) == !expected.isEmpty && index.shared.isEmpty == (expected.count < 2))
      #expect(index.only(1) == (expected.count == 1 ? expected.first : nil))
    }
    #expect(Set(index[1]) == expected && index[1].count == expected.count)
  }

  /// Compares how many addresses have each state with a listing of all.
  private static func check(addressesOf view: FleetView, _ history: FleetHistory, _ comment: Comment) throws {
    var ledger = try history.ledger(of: view)
    ledger.sightings = history.sightings()
    var census = MACCensus()
    census.reserved = ledger.rows.filter { $0.state == .reserved }.map(\.mac)
    census.quarantined = ledger.rows.filter { $0.state == .quarantined }.map { ($0.mac, $0.until ?? .sample) }
    census.seen = ledger.sightings.filter { $0.source == .domain }.map(\.mac)
    census.fixed = ledger.sightings.filter { $0.source == .dhcp }.map(\.mac)
    census.ranges = ledger.reservations.count
    for now in [-1, 1].map({ Timestamp.sample.adding(seconds: $0) }) {
      let listed = view.macEntries(ledger, now: now).map { ($0.state, 1) }
      let counts = view.macCounts(census, conflicts: view.conflicts(ledger), now: now)
      #expect(counts == Dictionary(listed, uniquingKeysWith: +), comment)
    }
    var unmanaged: [MACAddress: Int] = [:]
    for (_, domain) in view.observedDomains where view.vms[domain.id] == nil {
      for mac in domain.macs { unmanaged[mac, default: 0] += 1 }
    }
    #expect(Dictionary(uniqueKeysWithValues: Array(view.index.unmanagedMACs)) == unmanaged, comment)
  }

  private static func check(_ view: FleetView, _ comment: Comment) throws {
    var ids: [VMID: Set<DomainPlace>] = [:]
    var names: [String: Set<DomainPlace>] = [:]
    var macs: [MACAddress: Set<DomainPlace>] = [:]
    var ports: [Int: Set<DomainPlace>] = [:]
    var disks: [DiskIdentity: Set<DomainPlace>] = [:]
    let storage = FleetHistory.storage(of: view)
    for entry in view.hosts.values {
      for domain in entry.domains.values {
        let place = DomainPlace(host: entry.host.id, vm: domain.id)
        ids[domain.id, default: []].insert(place)
        names[domain.name, default: []].insert(place)
        for mac in domain.macs { macs[mac, default: []].insert(place) }
        for port in domain.displayPorts { ports[port, default: []].insert(place) }
        for disk in DuplicateDefinitions.Member(domain, host: entry.host.name).identities(storage) {
          disks[disk, default: []].insert(place)
        }
      }
    }
    check(view.index.ids, ids, comment)
    check(view.index.names, names, comment)
    check(view.index.macs, macs, comment)
    check(view.index.ports, ports, comment)
    check(view.index.disks, disks, comment)
    #expect(view.index.observedPorts == Set(ports.keys), comment)
    #expect(view.observedPorts(except: .sample(1)) == Set(ports.filter { $1.contains { $0.vm != .sample(1) } }.keys))
    #expect(view.index.storage == storage, comment)
    let hosts = view.hosts.values
    #expect(view.hosts.count == Array(hosts).count && view.vms.count == Array(view.vms).count)
    #expect(view.index.disregarded == Set(hosts.filter(\.host.isDisregarded).map(\.host.id)), comment)
    #expect(view.index.silent == Set(hosts.filter { !$0.isCurrent }.map(\.host.id)), comment)
    for host in hosts { #expect(view.host(host.host.name)?.host == host.host, comment) }
    for vm in view.vms.values {
      #expect(view.index.managed.names[vm.spec.name] == vm.id, comment)
      #expect(view.index.managed.macs[vm.allocations.macs[0]] == vm.id, comment)
      #expect(view.managedVMs(on: vm.hostID).contains(vm), comment)
    }
  }

  private static func check<Key: Hashable & Sendable>(
    _ index: PlaceIndex<Key>, _ expected: [Key: Set<DomainPlace>], _ comment: Comment
  ) {
    #expect(Set(index.keys) == Set(expected.keys), comment)
    for (key, places) in expected {
      #expect(index[key].count == places.count && Set(index[key]) == places, comment)
    }
    #expect(index.shared == Set(expected.filter { $1.count > 1 }.keys), comment)
  }
}

/// Changes a fleet at random, as agents' reports and commits do.
struct FleetHistory {
  static let macs = (1...6 as ClosedRange<UInt64>).map { MACAddress.sample($0) }
  static let ids = (1...7 as ClosedRange<UInt64>).map { VMID.sample($0) }
  private static let hosts = (0..<4 as Range<UInt64>).map { Host.sample("h\($0)", id: .sample(100 + $0)) }

  let inventory = Inventory()
  let source: SeededRandomSource

  private let renames: Bool

  init(_ source: SeededRandomSource, renames: Bool = true) {
    self.source = source
    self.renames = renames
  }

  /// Which paths are one disk on several hosts, by what they report.
  static func storage(of view: FleetView) -> SharedStorage {
    var (pools, folders): ([String: [StoragePool]], [String: [String]]) = ([:], [:])
    for entry in view.hosts.values {
      pools[entry.host.name] = entry.facts?.pools ?? []
      folders[entry.host.name] = entry.facts?.networkFolders ?? []
    }
    return SharedStorage(pools: pools, folders: folders)
  }

  /// A ledger that a database could have beside the VMs.
  func ledger(of view: FleetView) throws -> LedgerSlice {
    var page = LedgerSlice()
    for vm in view.vms.values {
      page.rows += vm.allocations.macs.map { mac in
        MACLedgerEntry(
          mac: mac, state: .allocated, owner: AddressOwner(vm: vm.spec.name, vmID: vm.id, host: vm.host),
          since: vm.createdAt, source: "pool")
      }
    }
    let free = Self.macs.filter { view.index.managed.macs[$0] == nil }
    for mac in free where source.once(in: 2) {
      let range = try MACRange(first: mac, last: mac)
      let id = source.once(in: 2) ? source.element(of: Self.ids) : nil
      let owner = AddressOwner(vm: "kept", vmID: id, host: "h1")
      switch source.int(in: 0...2) {
      case 0: page.rows.append(.init(mac: mac, state: .reserved, owner: owner, since: .sample, source: "observed"))
      case 1:
        page.rows.append(
          .init(mac: mac, state: .quarantined, owner: owner, since: .sample, until: .sample, source: "pool"))
      default: page.reservations.append(MACReservation(range: range, purpose: "printers", madeAt: .sample))
      }
    }
    return page
  }

  /// Open sightings of domains and of DHCP reservations.
  func sightings() -> [MACSighting] {
    Self.macs.filter { _ in source.once(in: 3) }.map { mac in
      MACSighting(
        mac: mac, source: source.element(of: MACSighting.Source.allCases),
        owner: AddressOwner(vm: "seen", vmID: nil, host: "h1"), hostID: .sample(100), network: "", bridge: "",
        firstSeen: .sample, lastSeen: .sample)
    }
  }

  /// Makes one change.
  func change() async {
    let host = source.element(of: Self.hosts)
    if await inventory.view.hosts[host.id] == nil { await inventory.take(host) }
    let session = UInt64(source.int(in: 1...2))
    switch source.int(in: 0...9) {
    case 0: await inventory.drop(host: host.id)
    case 1:
      var changed = host
      changed.isDisregarded = source.once(in: 2)
      if renames, source.once(in: 3) { changed.name += "-new" }
      await inventory.take(changed)
    case 2:
      var facts = HostFacts.sample(host.name)
      facts.networkFolders = source.element(of: [[], ["/net"], ["/net", "/srv"]])
      let said = facts
      await inventory.update(host.id) { entry in
        entry.facts = said
        entry.isConnected.toggle()
        entry.libvirt = LibvirtState(isConnected: true, since: .sample)
        entry.toldOf = .sample
      }
    case 3:
      let domains = Self.ids.filter { _ in source.once(in: 3) }.map(domain)
      await inventory.update(host.id) { $0.report(all: domains, ofLibvirtSince: .sample, at: .sample) }
    case 4: await inventory.drop(vm: source.element(of: Self.ids))
    case 5, 6: await give(to: source.element(of: Self.ids), on: host)
    case 7:
      await inventory.begin(session, of: host.id)
      await inventory.seen(host.id, from: session, at: .sample)
      await inventory.confirm(host.id, from: session, at: .sample)
    default:
      let changed = domain(source.element(of: Self.ids))
      let gone = source.element(of: Self.ids)
      await inventory.update(host.id) { $0.report(changed: [changed], removed: [gone], at: .sample) }
    }
  }

  private func give(to id: VMID, on host: Host) async {
    let managed = await inventory.managed
    let free = Self.macs.filter { managed.macs[$0] == nil || managed.macs[$0] == id }
    guard let mac = free.first else { return }
    var vm = ManagedVM.sample(.sample("vm-\(id)"), id: id, hostID: host.id)
    vm.host = host.name
    vm.allocations = Allocations(macs: [source.once(in: 2) ? mac : source.element(of: free)], vncPort: nil)
    await inventory.take(vm)
  }

  private func domain(_ id: VMID) -> ObservedDomain {
    let state = source.element(of: [DomainState.running, .stopped])
    let number = source.int(in: 1...4)
    var domain = ObservedDomain.unmanaged(
      "pet-\(source.once(in: 3) ? number.description : id.description)", id: id, state: state,
      macs: Self.macs.filter { _ in source.once(in: 5) },
      disks: ["/net/\(number)", "/srv/a", "/own/b"].filter { _ in source.once(in: 2) }, vncPort: 5900 + number)
    if source.once(in: 2) {
      let fleet = FleetID.sample(UInt64(source.int(in: 1...2)))
      domain.mark = VMMark(
        fleetID: fleet.description, vmID: id, revision: 1, allocations: Allocations(macs: [], vncPort: nil))
    }
    if source.once(in: 3) { domain.saved?.disks = [] }
    if source.once(in: 4), domain.saved?.disks.isEmpty == false { domain.saved?.disks[0].shareable = true }
    return domain
  }
}
