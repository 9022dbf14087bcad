import Fleet
import FleetTestKit
import GRDB
import Testing

@testable import Store

@Suite("the policy for starts, and accepted conflicts")
struct OutOfBandPolicyTests {
  @Test("a fleet begins with warnings, and keeps what it is told")
  func policy() async throws {
    let fleet = try await TemporaryFleet()
    #expect(try await fleet.store.read { try $0.outOfBandPolicy() } == OutOfBandPolicy())
    let policy = OutOfBandPolicy(outOfBand: .block, unanswered: .failClosed, networks: ["lab": .observe, "br0": .warn])
    try await fleet.store.commit { try $0.setOutOfBandPolicy(policy) }
    #expect(try await fleet.store.read { try $0.outOfBandPolicy() } == policy)
    try await fleet.store.commit { try $0.setOutOfBandPolicy(OutOfBandPolicy()) }
    #expect(try await fleet.store.read { try $0.outOfBandPolicy() } == OutOfBandPolicy())
  }

  @Test("an acceptance is kept with its owners, replaced by the next, and forgotten")
  func acceptance() async throws {
    let fleet = try await TemporaryFleet()
    let mac = try MACAddress.numbered(1)
    let owners: Set = [
      AddressOwner(vm: "a", vmID: .sample(1), host: "h1"), AddressOwner(vm: "printer", vmID: nil, host: ""),
    ]
    try await fleet.store.commit { try $0.acceptConflict(AcceptedConflict(mac: mac, owners: owners), at: .sample) }
    #expect(try await fleet.store.read { try $0.acceptedConflicts() } == [AcceptedConflict(mac: mac, owners: owners)])
    try await fleet.store.commit { try $0.acceptConflict(AcceptedConflict(mac: mac, owners: []), at: .sample) }
    #expect(try await fleet.store.read { try $0.acceptedConflicts() } == [AcceptedConflict(mac: mac, owners: [])])
    try await fleet.store.commit { try $0.forgetAcceptance(of: mac) }
    #expect(try await fleet.store.read { try $0.acceptedConflicts() }.isEmpty)
  }

  @Test("an address given up for another rests, and one that somebody has is not given")
  func replacement() async throws {
    let fleet = try await TemporaryFleet()
    let vm = ManagedVM.numbered(1)
    try await fleet.create(vm)
    try await fleet.create(.numbered(2))
    let (old, next, taken) = (try MACAddress.numbered(1), try MACAddress.numbered(77), try MACAddress.numbered(2))
    let refused = await refusal {
      try await fleet.store.commit {
        try $0.replaceMAC(old, of: vm, with: taken, at: .sample, quarantineUntil: .sample.adding(seconds: 60))
      }
    }
    #expect(refused?.code == .conflict)
    #expect(try await fleet.store.read { try $0.macHolder(old) }?.state == .allocated)
    var changed = vm
    changed.allocations.macs = [next]
    let row = changed
    try await fleet.store.commit { transaction in
      try transaction.replaceMAC(old, of: vm, with: next, at: .sample, quarantineUntil: .sample.adding(seconds: 60))
      try transaction.updateVM(row)
    }
    let holders = try await fleet.store.read { (try $0.macHolder(old), try $0.macHolder(next)) }
    #expect(holders.0?.state == .quarantined && holders.1?.state == .allocated)
  }
}
