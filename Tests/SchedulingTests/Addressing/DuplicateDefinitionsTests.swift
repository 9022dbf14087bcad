import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("DuplicateDefinitions")
struct DuplicateDefinitionsTests {
  private static let share = StoragePool(
    name: "nfs", type: "netfs", path: "/mnt/nfs", isActive: true, autostart: true, capacity: .zero, allocation: .zero,
    available: .zero)

  private static let shared = SharedStorage(pools: ["h1": [share], "h2": [share], "h3": []])

  private static func member(
    _ name: String, _ id: UInt64, on host: String, disks: [String] = [], running: Bool = true
  ) -> DuplicateDefinitions.Member {
    let state: DomainState = running ? .running : .stopped
    return DuplicateDefinitions.Member(.unmanaged(name, id: .sample(id), state: state, disks: disks), host: host)
  }

  @Test("one UUID on two hosts is a duplicate, and a double run while both run")
  func uuid() throws {
    let one = Self.member("web", 1, on: "h1")
    let off = try #require(
      DuplicateDefinitions.of(one, among: [one, Self.member("web", 1, on: "h2", running: false)], shared: Self.shared)
        .first)
    #expect(off.kind == .sameUUID && !off.isDoubleRun && off.other.host == "h2")
    let both = try #require(
      DuplicateDefinitions.of(one, among: [Self.member("web", 1, on: "h2")], shared: Self.shared).first)
    #expect(both.isDoubleRun && both.sentence.contains("\"web\" on h1 and \"web\" on h2"))
  }

  @Test("a shared writable disk makes a duplicate, a path in hosts' own directories not")
  func disk() {
    func duplicates(_ path: String, _ host: String) -> [ConflictKind] {
      DuplicateDefinitions.of(
        Self.member("a", 1, on: "h1", disks: [path]), among: [Self.member("b", 2, on: host, disks: [path])],
        shared: Self.shared
      ).map(\.kind)
    }
    #expect(duplicates("/mnt/nfs/a.qcow2", "h2") == [.sameDisk])
    #expect(duplicates("/mnt/nfs/a.qcow2", "h3").isEmpty)
    #expect(duplicates("/mnt/nfs2/a.qcow2", "h2").isEmpty)
    #expect(duplicates("/var/lib/libvirt/images/a.qcow2", "h2").isEmpty)
    #expect(duplicates("/var/lib/libvirt/images/a.qcow2", "h1") == [.sameDisk])
  }

  @Test("disks that guests may share, or can't write to, make no duplicates")
  func shareable() {
    var one = ObservedDomain.unmanaged("a", id: .sample(1), disks: ["/mnt/nfs/a", "/mnt/nfs/b"])
    one.live?.disks[0].shareable = true
    one.saved?.disks[0].shareable = true
    one.live?.disks[1].readOnly = true
    one.saved?.disks[1].readOnly = true
    var two = one
    two.id = .sample(2)
    let others = [DuplicateDefinitions.Member(two, host: "h2")]
    #expect(
      DuplicateDefinitions.of(DuplicateDefinitions.Member(one, host: "h1"), among: others, shared: Self.shared).isEmpty)
  }

  @Test("all duplicates of a fleet are those of each of its members", arguments: Array(1...50) as [UInt64])
  func all(_ seed: UInt64) {
    let source = SeededRandomSource(seed: seed)
    let members = (0..<12).map { number in
      Self.member(
        "vm-\(number)", UInt64(source.int(in: 1...8)), on: "h\(source.int(in: 1...3))",
        disks: ["/mnt/nfs/\(source.int(in: 1...6))", "/local/\(source.int(in: 1...6))"], running: source.once(in: 2))
    }
    let found = DuplicateDefinitions.all(members, shared: Self.shared)
    for member in members {
      #expect(
        found[member.owner] ?? [] == DuplicateDefinitions.of(member, among: members, shared: Self.shared),
        "seed \(seed)")
    }
  }

  @Test("what two owners of one address have in common is told apart")
  func kinds() throws {
    let mac = try MACAddress(choosing: "02:00:00:00:00:01")
    func kind(_ change: (inout ObservedDomain) -> Void) -> (ConflictKind?, String) {
      let one = ObservedDomain.unmanaged("one", id: .sample(1), macs: [mac], disks: ["/local/one"])
      var two = ObservedDomain.unmanaged("two", id: .sample(2), macs: [mac], disks: ["/local/two"])
      change(&two)
      let found = Conflicts.find(ledger: [], observed: [("h1", one), ("h2", two)], managed: []).first
      return (found?.kind, found?.sentence ?? "")
    }
    #expect(kind { $0.id = .sample(1) }.0 == .sameUUID)
    let disk = kind { $0.live?.disks[0].path = "/local/one" }
    #expect(disk.0 == .sameDisk && disk.1.contains("each on its own host"))
    #expect(kind { $0.name = "one" }.0 == .sameName)
    let firmware = kind { $0.live?.smbiosUUID = VMID.sample(1).description }
    #expect(firmware.0 == .sameSMBIOS && firmware.1.contains("SMBIOS"))
    let chance = kind { _ in }
    #expect(chance.0 == .sameMAC && chance.1.contains("a collision"))
    #expect(ConflictKind.allCases.filter(\.isCopy).count == 4)
  }

  @Test("a domain's address of a reserved range conflicts with what the range is for")
  func reservation() throws {
    let mac = try MACAddress(choosing: "02:00:00:00:00:05")
    func range(_ first: UInt64, _ last: UInt64) throws -> MACReservation {
      let ends = [first, last].compactMap { MACAddress(number: 0x0200_0000_0000 + $0) }
      return MACReservation(range: try MACRange(first: ends[0], last: ends[1]), purpose: "p\(first)", madeAt: .sample)
    }
    let pet = ObservedDomain.unmanaged("pet", macs: [mac])
    let found = Conflicts.find(
      ledger: [], observed: [("h1", pet)], managed: [], reservations: [try range(6, 9), try range(1, 5)])
    #expect(found.map { $0.entry.claimants.map(\.vm) } == [["p1", "pet"]])
    #expect(
      Conflicts.find(ledger: [], observed: [("h1", pet)], managed: [], reservations: [try range(6, 9)]).isEmpty)
  }

  @Test("a chosen address that a range reserves or another DHCP server keeps is refused")
  func chosen() throws {
    let mac = try MACAddress(choosing: "02:00:00:00:00:05")
    let reservation = MACReservation(range: try MACRange(first: mac, last: mac), purpose: "printer", madeAt: .sample)
    let reserved = ChosenMAC.refusal(mac, holder: nil, observedOwners: [], reservation: reservation, now: .sample)
    #expect(reserved?.code == .conflict && reserved?.message.contains("printer") == true)
    let fixed = MACSighting(
      mac: mac, source: .dhcp, owner: AddressOwner(vm: "db in network lan", vmID: nil, host: "h1"),
      hostID: .sample(101), network: "lan", firstSeen: .sample, lastSeen: .sample)
    func verdict(_ network: String) -> FleetError? {
      ChosenMAC.refusal(mac, holder: nil, observedOwners: [], fixed: [fixed], network: network, now: .sample)
    }
    #expect(verdict("default")?.message.contains("db in network lan") == true)
    #expect(verdict("lan") == nil)
  }
}
