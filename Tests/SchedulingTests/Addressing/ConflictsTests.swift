import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Address conflicts")
struct ConflictsTests {
  private typealias Seen = [(host: String, domain: ObservedDomain)]

  private static func mac() throws -> MACAddress { try MACAddress(choosing: "02:00:00:00:00:01") }

  private static func entry(
    _ state: LedgerState = .allocated, vm: String = "web-1", id: VMID? = .sample(1), host: String = "h1"
  ) throws -> MACLedgerEntry {
    MACLedgerEntry(
      mac: try mac(), state: state, owner: AddressOwner(vm: vm, vmID: id, host: host), since: .sample, source: "pool")
  }

  @Test("a VM on its own host is no conflict with its own ledger row")
  func own() throws {
    let vm = ManagedVM.sample()
    let seen: Seen = [("h1", .sample(of: vm))]
    #expect(Conflicts.find(ledger: [try Self.entry()], observed: seen, managed: [vm.id]).isEmpty)
    #expect(Conflicts.find(ledger: [try Self.entry()], observed: [], managed: [vm.id]).isEmpty)
    #expect(Conflicts.find(ledger: [], observed: seen, managed: []).isEmpty)
  }

  @Test("a VM that was moved by hand is no conflict with its own ledger row")
  func moved() throws {
    let vm = ManagedVM.sample()
    let seen: Seen = [("h2", .sample(of: vm))]
    #expect(Conflicts.find(ledger: [try Self.entry()], observed: seen, managed: [vm.id]).isEmpty)
  }

  @Test("a domain made with a ledger's address is a collision naming both, managed first")
  func collision() throws {
    let vm = ManagedVM.sample()
    let pet = ObservedDomain.unmanaged("pet", macs: [try Self.mac()], disks: ["/pet"])
    let seen: Seen = [("h0", pet), ("h1", .sample(of: vm))]
    let found = try #require(Conflicts.find(ledger: [try Self.entry()], observed: seen, managed: [vm.id]).first)
    #expect(found.kind == .sameMAC)
    #expect(found.entry.state == .conflict && found.entry.owner.vm == "web-1")
    #expect(found.entry.claimants.map(\.description) == ["\"web-1\" on h1", "\"pet\" on h0"])
    #expect(
      found.sentence == "MAC 02:00:00:00:00:01 is used by \"web-1\" on h1 and by \"pet\" on h0: a collision, "
        + "they share neither UUID nor disk")
  }

  @Test("the owner counts while its host is silent")
  func offlineOwner() throws {
    let pet = ObservedDomain.unmanaged("pet", macs: [try Self.mac()])
    let found = Conflicts.find(ledger: [try Self.entry()], observed: [("h2", pet)], managed: [.sample(1)])
    #expect(found.map { $0.entry.claimants.map(\.vm) } == [["web-1", "pet"]])
  }

  @Test("one UUID on two hosts is a copy")
  func sameUUID() throws {
    let vm = ManagedVM.sample()
    let seen: Seen = [("h1", .sample(of: vm)), ("h2", .sample(of: vm))]
    let found = try #require(Conflicts.find(ledger: [try Self.entry()], observed: seen, managed: [vm.id]).first)
    #expect(found.kind == .sameUUID)
    #expect(found.sentence.contains("a copy, both have the UUID \(vm.id); both run"))
    #expect(found.entry.claimants.map(\.host) == ["h1", "h2"])
  }

  @Test("one disk path in two definitions is a copy; one installation medium is not")
  func sameDisk() throws {
    let mac = try Self.mac()
    var one = ObservedDomain.unmanaged("one", id: .sample(1), macs: [mac], disks: ["/images/test.qcow2"])
    var two = ObservedDomain.unmanaged("two", id: .sample(2), macs: [mac], disks: ["/images/test.qcow2"])
    let copy = try #require(Conflicts.find(ledger: [], observed: [("h1", one), ("h1", two)], managed: []).first)
    #expect(copy.kind == .sameDisk && copy.sentence.contains("a copy, both have the disk /images/test.qcow2"))
    for index in [0] {
      one.live?.disks[index].device = "cdrom"
      one.saved?.disks[index].device = "cdrom"
      two.live?.disks[index].device = "cdrom"
      two.saved?.disks[index].device = "cdrom"
    }
    let collision = try #require(Conflicts.find(ledger: [], observed: [("h1", one), ("h1", two)], managed: []).first)
    #expect(collision.kind == .sameMAC)
  }

  @Test("an address in a snapshot of a stopped domain counts")
  func kept() throws {
    var pet = ObservedDomain.unmanaged("pet", state: .stopped)
    pet.kept = [DomainConfiguration(nics: [ObservedNIC(mac: try Self.mac())])]
    #expect(Conflicts.find(ledger: [try Self.entry()], observed: [("h2", pet)], managed: []).count == 1)
  }

  @Test(
    "a ledger row is a claim in these states",
    arguments: [
      (.allocated, true), (.reserved, true), (.observed, true), (.conflict, true), (.quarantined, false),
      (.retired, false),
    ] as [(LedgerState, Bool)])
  func states(_ state: LedgerState, _ counts: Bool) throws {
    let pet = ObservedDomain.unmanaged("pet", macs: [try Self.mac()])
    let found = Conflicts.find(ledger: [try Self.entry(state)], observed: [("h2", pet)], managed: [.sample(1)])
    #expect(found.isEmpty == !counts)
  }

  @Test("a conflict is over when the other one is gone")
  func over() throws {
    var entry = try Self.entry(.conflict, vm: "pet", id: .sample(2))
    entry.claimants = [AddressOwner(vm: "pet", vmID: .sample(2), host: "h1"), entry.owner]
    let cat = ObservedDomain.unmanaged("cat", id: .sample(3), macs: [try Self.mac()])
    #expect(Conflicts.find(ledger: [entry], observed: [("h3", cat)], managed: []).isEmpty)
  }

  @Test("a reservation for something outside the fleet is a claim of its own")
  func reservation() throws {
    let pets: Seen = [("h2", .unmanaged("pet", macs: [try Self.mac()]))]
    let entry = try Self.entry(.reserved, vm: "printer", id: nil, host: "")
    let found = try #require(Conflicts.find(ledger: [entry], observed: pets, managed: []).first)
    #expect(found.sentence.contains("\"pet\" on h2") && found.sentence.contains("\"printer\""))
  }

  @Test("the order of what was seen never matters", arguments: Array(1...50) as [UInt64])
  func order(_ seed: UInt64) throws {
    let source = SeededRandomSource(seed: seed)
    let seen: Seen = (1...12).map { number in
      let macs = (0..<2).compactMap { _ in MACAddress(number: 0x0200_0000_0000 + UInt64(source.int(in: 1...10))) }
      return (
        "h\(source.int(in: 1...3))",
        .unmanaged("vm-\(number)", id: .sample(UInt64(source.int(in: 1...10))), macs: macs, disks: ["/d\(number % 4)"])
      )
    }
    let ledger = try (1...10).map { number in
      MACLedgerEntry(
        mac: try #require(MACAddress(number: 0x0200_0000_0000 + UInt64(number))),
        state: source.element(of: LedgerState.allCases),
        owner: AddressOwner(vm: "l-\(number)", vmID: .sample(UInt64(number)), host: "h1"), since: .sample,
        source: "pool")
    }
    let found = Conflicts.find(ledger: ledger, observed: seen, managed: [.sample(1), .sample(2)])
    #expect(found.map(\.entry.mac) == found.map(\.entry.mac).sorted())
    #expect(found.allSatisfy { $0.entry.claimants.count > 1 && $0.entry.owner == $0.entry.claimants[0] })
    for _ in 0..<5 {
      let again = Conflicts.find(
        ledger: source.shuffled(ledger), observed: source.shuffled(seen), managed: [.sample(2), .sample(1)])
      #expect(again == found, "seed \(seed)")
    }
  }
}
