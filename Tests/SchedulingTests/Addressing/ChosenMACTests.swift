import Fleet
import FleetTestKit
import Scheduling
import Testing

@Suite("Chosen MACs")
struct ChosenMACTests {
  private static let owner = AddressOwner(vm: "test_ubuntu", vmID: .sample(1), host: "h2")

  private static func mac() throws -> MACAddress { try MACAddress(choosing: "00:16:3e:5d:aa:a8") }

  private static func entry(_ state: LedgerState, until: Int64? = nil) throws -> MACLedgerEntry {
    MACLedgerEntry(
      mac: try mac(), state: state, owner: owner, since: .sample,
      until: until.map { Timestamp.sample.adding(seconds: $0) },
      source: "pool")
  }

  @Test(
    "an address that somebody has is refused with the owner's name",
    arguments: [
      (.allocated, "MAC 00:16:3e:5d:aa:a8 belongs to \"test_ubuntu\" on h2"),
      (.observed, "MAC 00:16:3e:5d:aa:a8 belongs to \"test_ubuntu\" on h2"),
      (.conflict, "MAC 00:16:3e:5d:aa:a8 belongs to \"test_ubuntu\" on h2"),
      (.reserved, "MAC 00:16:3e:5d:aa:a8 is reserved for \"test_ubuntu\" on h2"),
      (.quarantined, "MAC 00:16:3e:5d:aa:a8 belonged to \"test_ubuntu\" on h2 and is in quarantine"),
      (.retired, nil),
    ] as [(LedgerState, String?)])
  func ledger(_ state: LedgerState, _ message: String?) throws {
    let error = ChosenMAC.refusal(try Self.mac(), holder: try Self.entry(state), observedOwners: [], now: .sample)
    #expect(error?.message == message)
    #expect(error == nil || error?.code == .conflict && error?.hint.contains("--new-macs") == true)
  }

  @Test("a quarantine ends at its moment")
  func quarantine() throws {
    let entry = try Self.entry(.quarantined, until: 60)
    for (seconds, isFree) in [(0, false), (59, false), (60, true), (61, true)] as [(Int64, Bool)] {
      let now = Timestamp.sample.adding(seconds: seconds)
      let error = ChosenMAC.refusal(try Self.mac(), holder: entry, observedOwners: [], now: now)
      #expect((error == nil) == isFree)
      #expect(isFree || error?.message.hasSuffix("in quarantine until 2026-01-01T00:01:00Z") == true)
    }
  }

  @Test("a domain that has it counts, even where the ledger has forgotten it")
  func observed() throws {
    let mac = try Self.mac()
    #expect(ChosenMAC.refusal(mac, holder: nil, observedOwners: [], now: .sample) == nil)
    let others = [
      AddressOwner(vm: "b", vmID: .sample(3), host: "h3"), AddressOwner(vm: "a", vmID: .sample(2), host: "h1"),
    ]
    for owners in [others, others.reversed()] {
      let error = ChosenMAC.refusal(mac, holder: try Self.entry(.retired), observedOwners: owners, now: .sample)
      #expect(error?.message == "MAC 00:16:3e:5d:aa:a8 belongs to \"a\" on h1")
    }
  }

  @Test("an address in conflict names everybody who has it")
  func conflict() throws {
    var entry = try Self.entry(.conflict)
    entry.claimants = [Self.owner, AddressOwner(vm: "pet", vmID: .sample(2), host: "h3")]
    let error = ChosenMAC.refusal(try Self.mac(), holder: entry, observedOwners: [], now: .sample)
    #expect(error?.message == "MAC 00:16:3e:5d:aa:a8 belongs to \"test_ubuntu\" on h2 and to \"pet\" on h3")
  }

  @Test("addresses that no interface may have are invalid", arguments: [0, (1 << 48) - 1, 1 << 40] as [UInt64])
  func unusable(_ number: UInt64) throws {
    let mac = try #require(MACAddress(number: number))
    #expect(ChosenMAC.refusal(mac, holder: nil, observedOwners: [], now: .sample)?.code == .invalid)
  }
}
