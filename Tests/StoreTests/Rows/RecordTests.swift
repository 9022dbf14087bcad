import Fleet
import FleetTestKit
import Store
import Testing

@Suite("records")
struct RecordTests {
  static let hash = String(repeating: "5a", count: 32)

  private func withToken() async throws -> TemporaryFleet {
    let fleet = try await TemporaryFleet()
    try await fleet.store.commit {
      try $0.insertToken(
        id: .sample(1), secretHash: Self.hash, hostName: "h9", expiresAt: .sample.adding(seconds: 60),
        createdAt: .sample)
    }
    return fleet
  }

  @Test("a token works once")
  func tokenOnce() async throws {
    let fleet = try await withToken()
    let now = Timestamp.sample.adding(seconds: 59)
    let token = try await fleet.store.commit { try $0.consumeToken(.sample(1), secretHash: Self.hash, now: now) }
    #expect(token.hostName == "h9")
    #expect(token.usedAt == now)
    #expect(try await fleet.store.read { try $0.tokens() } == [token])
    let again = await refusal {
      try await fleet.store.commit { try $0.consumeToken(.sample(1), secretHash: Self.hash, now: now) }
    }
    #expect(again?.code == .denied)
    #expect(again?.message.contains("used already") == true)
  }

  @Test("a token unknown, expired or with a wrong secret is refused and stays as it is")
  func tokenRefused() async throws {
    let fleet = try await withToken()
    let attempts: [(TokenID, String, Int64, String)] = [
      (.sample(2), Self.hash, 0, "not one of this fleet"),
      (.sample(1), String(repeating: "5b", count: 32), 0, "not one of this fleet"),
      (.sample(1), "", 0, "not one of this fleet"),
      (.sample(1), Self.hash, 60, "expired"),
    ]
    for (id, hash, seconds, words) in attempts {
      let error = await refusal {
        try await fleet.store.commit {
          try $0.consumeToken(id, secretHash: hash, now: .sample.adding(seconds: seconds))
        }
      }
      #expect(error?.code == .denied)
      #expect(error?.message.contains(words) == true)
    }
    #expect(try await fleet.store.read { try $0.token(.sample(1))?.usedAt } == nil)
  }

  @Test("of many who use one token at once, one succeeds")
  func tokenRace() async throws {
    let fleet = try await withToken()
    let store = fleet.store
    let successes = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let token = try? await store.commit {
            try $0.consumeToken(.sample(1), secretHash: Self.hash, now: .sample)
          }
          return token == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
    #expect(successes == 1)
  }

  @Test("a request has one answer")
  func requests() async throws {
    let fleet = try await TemporaryFleet()
    let request = StoredRequest(
      id: .sample(1), bodyHash: "ab", operationID: .sample(2), vmID: .sample(3), answer: [0, 255], at: .sample)
    try await fleet.store.commit { try $0.insertRequest(request) }
    #expect(try await fleet.store.read { try $0.request(.sample(1)) } == request)
    #expect(try await fleet.store.read { try $0.request(.sample(2)) } == nil)
    let other = StoredRequest(id: .sample(1), bodyHash: "cd", at: .sample)
    #expect(await refusal { try await fleet.store.commit { try $0.insertRequest(other) } }?.code == .conflict)
    #expect(try await fleet.store.read { try $0.request(.sample(1)) } == request)
    #expect(try await fleet.store.commit { try $0.pruneRequests(before: .sample, limit: 10) } == 0)
    #expect(try await fleet.store.commit { try $0.pruneRequests(before: .sample.adding(seconds: 1), limit: 10) } == 1)
  }

  @Test("event numbers grow by one, also over changes that were undone")
  func events() async throws {
    let fleet = try await TemporaryFleet()
    for round in 0..<10 {
      try? await fleet.store.commit { transaction throws in
        try transaction.appendEvent(at: .sample, kind: .vmPlaced, subject: "\(round)", message: "")
        try transaction.appendEvent(at: .sample, kind: .vmMoved, subject: "\(round)", message: "")
        if round % 3 == 1 { throw FleetError(.invalid, "no") }
      }
    }
    let events = try await fleet.store.read { try $0.events(since: 0, limit: 100) }
    #expect(events.map(\.number) == Array(1...14))
    #expect(events.filter { $0.kind == "vm.placed" }.map(\.subject) == ["0", "2", "3", "5", "6", "8", "9"])
    #expect(try await fleet.store.read { try $0.lastEventNumber() } == 14)
    #expect(try await fleet.store.read { try $0.events(since: 10, limit: 2).map(\.number) } == [11, 12])
    #expect(try await fleet.store.read { try $0.events(since: 14, limit: 2) } == [])
  }

  @Test("an operation ends once, with its time")
  func operations() async throws {
    let fleet = try await TemporaryFleet()
    var operation = FleetOperation.sample(.start, steps: ["start"])
    let begun = operation
    try await fleet.store.commit { try $0.insertOperation(begun) }
    operation.state = .done
    let timeless = operation
    #expect(await refusal { try await fleet.store.commit { try $0.updateOperation(timeless) } }?.code == .invalid)
    operation.endedAt = .sample
    operation.steps[0].state = .done
    let ended = operation
    try await fleet.store.commit { try $0.updateOperation(ended) }
    #expect(try await fleet.store.read { try $0.operation(ended.id) } == ended)
    #expect(await refusal { try await fleet.store.commit { try $0.updateOperation(begun) } }?.code == .conflict)
    operation.id = .sample(9)
    let unknown = operation
    #expect(await refusal { try await fleet.store.commit { try $0.updateOperation(unknown) } }?.code == .notFound)
  }

  @Test("a removed host's certificates are revoked; it can't go while VMs belong to it")
  func hosts() async throws {
    let fleet = try await TemporaryFleet()
    let id = HostID.sample(101)
    try await fleet.store.commit { transaction throws in
      try transaction.create(.numbered(1))
      try transaction.saveReport(of: id, at: .sample, bytes: [1])
      try transaction.insertCertificate(serial: "0a", subject: id.description, role: "agent", expiresAt: .sample)
      try transaction.insertCertificate(serial: "0b", subject: "ann", role: "operator", expiresAt: .sample)
    }
    #expect(
      await refusal { try await fleet.store.commit { try $0.removeHost(id, at: .sample) } }?.code == .precondition)
    #expect(try await fleet.store.read { try $0.isRevoked(serial: "0a") } == false)
    let doomed = Tombstone.sample(of: .numbered(1))
    try await fleet.store.commit { transaction throws in
      try transaction.insertTombstone(doomed)
      try transaction.destroy(.sample(1), at: .sample)
    }
    #expect(
      await refusal { try await fleet.store.commit { try $0.removeHost(id, at: .sample) } }?.code == .precondition)
    try await fleet.store.commit { transaction throws in
      try transaction.removeTombstone(vm: doomed.vmID)
      try transaction.removeHost(id, at: .sample)
    }
    try await fleet.store.read { reader throws in
      #expect(try reader.isRevoked(serial: "0a"))
      #expect(try !reader.isRevoked(serial: "0b"))
      #expect(try !reader.isRevoked(serial: "unknown"))
      #expect(try reader.certificates().map(\.revokedAt) == [.sample, nil])
      #expect(try reader.reports().isEmpty)
    }
    #expect(await refusal { try await fleet.store.commit { try $0.removeHost(id, at: .sample) } }?.code == .notFound)
    #expect(await refusal { try await fleet.store.commit { try $0.updateHost(.sample()) } }?.code == .notFound)
  }

  @Test("a second host of one name, or on one machine, is refused by the first one's name")
  func doubleHosts() async throws {
    let fleet = try await TemporaryFleet()
    let name = await refusal { try await fleet.store.commit { try $0.insertHost(.sample("h1", id: .sample(9))) } }
    #expect(name?.code == .conflict)
    var same = Host.sample("h2", id: .sample(9))
    same.machineID = Host.sample().machineID
    let host = same
    let machine = await refusal { try await fleet.store.commit { try $0.insertHost(host) } }
    #expect(machine?.code == .conflict)
    #expect(machine?.message.contains("\"h1\"") == true)
  }

  @Test("an image stays while a VM names it")
  func images() async throws {
    let fleet = try await TemporaryFleet()
    var spec = VMSpec.sample("web-1")
    spec.disks = [
      DiskSpec(target: "vda", source: .overlay(ImageRef(id: .sample(501), name: "tiny")), size: .gibibytes(1))
    ]
    let vm = ManagedVM.sample(spec)
    try await fleet.store.commit { transaction throws in
      try transaction.insertImage(.sample())
      try transaction.create(vm)
    }
    #expect(try await fleet.store.read { try $0.imageUsers(.sample(501)) } == ["web-1"])
    let error = await refusal { try await fleet.store.commit { try $0.removeImage(.sample(501)) } }
    #expect(error?.code == .precondition)
    #expect(error?.message.contains("web-1") == true)
    #expect(
      await refusal { try await fleet.store.commit { try $0.insertImage(.sample(id: .sample(9))) } }?.code == .conflict)
    try await fleet.store.commit { transaction throws in
      try transaction.destroy(vm.id, at: .sample)
      try transaction.removeImage(.sample(501))
    }
    #expect(try await fleet.store.read { try $0.images() } == [])
  }

  @Test("a VM's name, revision and tombstone guard it")
  func vms() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    var other = ManagedVM.numbered(2)
    other.spec.name = "vm-1"
    let namesake = other
    let name = await refusal { try await fleet.create(namesake) }
    #expect(name?.message == "the name \"vm-1\" belongs to a VM on h1 already")
    var stale = ManagedVM.numbered(1)
    stale.revision = 0
    let old = stale
    #expect(await refusal { try await fleet.store.commit { try $0.updateVM(old) } }?.code == .conflict)
    #expect(await refusal { try await fleet.store.commit { try $0.updateVM(.numbered(7)) } }?.code == .notFound)
    try await fleet.store.commit { transaction throws in
      try transaction.insertTombstone(.sample(of: .numbered(1)))
      try transaction.destroy(.sample(1), at: .sample)
    }
    var again = ManagedVM.numbered(1)
    again.allocations = Allocations()
    let reborn = again
    let dying = await refusal { try await fleet.create(reborn) }
    #expect(dying?.code == .conflict)
    #expect(dying?.message.contains("still being deleted") == true)
    try await fleet.store.commit { try $0.removeTombstone(vm: .sample(1)) }
    try await fleet.create(reborn)
  }

  @Test("the fleet's set-up may change, its identity may not, and its epoch only grows")
  func fleetRecord() async throws {
    let fleet = try await TemporaryFleet()
    var changed = FleetRecord.sample
    (changed.id, changed.epoch, changed.name, changed.vncLast) = (.sample(9), 77, "renamed", 6000)
    let wanted = changed
    try await fleet.store.commit { transaction throws in
      try transaction.updateFleet(wanted)
      try transaction.raiseEpoch(to: 5)
      try transaction.raiseEpoch(to: 3)
      #expect(try transaction.beginEpoch() == 6)
      try transaction.renewIncarnation(.sample(8))
    }
    var expected = wanted
    (expected.id, expected.epoch, expected.incarnation) = (.sample(1), 6, .sample(8))
    #expect(try await fleet.store.read { try $0.fleet() } == expected)
  }
}
