import Fleet
import FleetTestKit
import Logging
import RoostProto
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("Watching and telling")
struct SessionTests {
  @Test("a thousand events of one domain are one change; too many domains are everything")
  func coalescing() async {
    let feed = ChangeFeed()
    for _ in 0..<1000 { feed.note { _ = $0.domains.insert(.sample(1)) } }
    #expect(await feed.next()?.domains == [.sample(1)])
    for number in 0...UInt64(ChangeFeed.limit) { feed.note { _ = $0.domains.insert(.sample(number)) } }
    let batch = feed.take()
    #expect(batch.everything && batch.domains.isEmpty)
    #expect(feed.take().isEmpty)
  }

  @Test("orders keep their order, and one that waits for a disk does not hold the next")
  func orders() async throws {
    let lane = OrderLane(limit: 3)
    let done = Mutex<[Int]>([])
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    try lane.add {
      begin.finish()
      for await _ in gate {}
      done.withLock { $0.append(0) }
    }
    let carrying = Task { await lane.run() }
    for await _ in begun {}
    for number in 1...3 { try lane.add { done.withLock { $0.append(number) } } }
    let refusal = #expect(throws: FleetError.self) { try lane.add {} }
    #expect(refusal?.code == .exhausted && done.withLock { $0.isEmpty })
    open.finish()
    try await eventually("all are done") { done.withLock { $0 == [0, 1, 2, 3] } }
    carrying.cancel()
    await carrying.value
  }

  @Test("what the host lets its fleet do is read anew alone, and judged with all facts")
  func trust() async throws {
    let fixture = try await AgentFixture()
    let reader = FactsReader(
      hypervisor: fixture.hypervisor, kernel: KernelFiles(), configuration: AgentConfiguration(),
      uri: "test:///default",
      trust: fixture.trust, clock: fixture.clock
    ) { HostFile.space(at: $0) }
    let facts = FactsCache(reader: reader, kvmUsable: false)
    #expect(await !facts.refreshTrust(), "nothing has been read yet")
    await facts.set(checks: [CheckResult(check: "trust", result: .pass, detail: "as it was")])
    _ = await facts.refresh()
    #expect(await !facts.refreshTrust())
    try fixture.grant("passthrough = true")
    #expect(await facts.refreshTrust())
    #expect(await facts.current.trust?.granted == ["passthrough"])
    try fixture.directory.write("host.toml", "trust:\n  passthrough: true\n")
    #expect(await facts.refreshTrust())
    #expect(await facts.current.trust?.fault.contains("line 1") == true)
    #expect(await facts.current.checks.map(\.result) == [.fail])
    #expect(await !facts.refreshTrust())
  }

  @Test("a reader that is cancelled leaves the feed to the next one")
  func cancelledReader() async throws {
    let feed = ChangeFeed()
    let first = Task { await feed.next() }
    try await eventually("it waits") { feed.isAwaited }
    first.cancel()
    #expect(await first.value == nil)
    let second = Task { await feed.next() }
    feed.note { $0.host = true }
    #expect(await second.value?.host == true)
  }

  @Test("only differences are told; what is unseen while libvirt is away is not gone")
  func cache() async throws {
    let hypervisor = FakeHypervisor()
    let pet = ObservedDomain.unmanaged("pet", id: .sample(1))
    hypervisor.edit { $0.domains[.sample(1)] = pet }
    let cache = DomainCache(hypervisor: hypervisor, clock: ManualClock())
    #expect(try await told { try await cache.lookAtAll($0) }.changed.map(\.name) == ["pet"])
    hypervisor.edit { $0.domains[.sample(1)]?.seenAt = Timestamp(seconds: 99) }
    #expect(try await told { try await cache.lookAtAll($0) }.isEmpty)
    hypervisor.edit { $0.domains[.sample(1)]?.state = .stopped }
    #expect(await told { await cache.look(at: [.sample(1), .sample(2)], $0) }.changed.map(\.state) == [.stopped])

    hypervisor.edit { $0.failures["domains"] = FleetError(.unreachable, "away", retryable: true) }
    await #expect(throws: FleetError.self) { try await cache.lookAtAll() }
    #expect(await cache.all.map(\.name) == ["pet"])
    hypervisor.edit {
      $0.failures = [:]
      $0.domains = [:]
    }
    #expect(try await told { try await cache.lookAtAll($0) }.removed == [.sample(1)])
  }

  @Test("a long look at everything does not undo a later look at one domain")
  func overlapping() async throws {
    let hypervisor = FakeHypervisor()
    hypervisor.edit { $0.domains = [.sample(1): .unmanaged("old", id: .sample(1))] }
    let cache = DomainCache(hypervisor: hypervisor, clock: ManualClock())
    try await cache.lookAtAll()
    let (gate, key) = AsyncStream<Void>.makeStream()
    hypervisor.edit { $0.gates["domains"] = gate }
    let slow = Task { try await told { try await cache.lookAtAll($0) } }
    try await eventually("everything is read") { hypervisor.calls.contains("domains") }
    // Meanwhile one is gone and another is made, and their events are followed.
    hypervisor.edit { $0.domains = [.sample(2): .unmanaged("new", id: .sample(2))] }
    let delta = await told { await cache.look(at: [.sample(1), .sample(2)], $0) }
    #expect(delta.removed == [.sample(1)] && delta.changed.map(\.name) == ["new"])
    key.finish()
    #expect(try await slow.value.isEmpty)
    #expect(await cache.all.map(\.name) == ["new"])
    hypervisor.edit { $0.gates = [:] }
    #expect(try await told { try await cache.lookAtAll($0) }.isEmpty)
  }

  @Test("of two looks at one domain the one that began later counts, whichever ends first")
  func overtaken() async throws {
    let hypervisor = FakeHypervisor()
    hypervisor.edit { $0.domains = [.sample(1): .unmanaged("pet", id: .sample(1))] }
    let cache = DomainCache(hypervisor: hypervisor, clock: ManualClock())
    let (gate, key) = AsyncStream<Void>.makeStream()
    hypervisor.edit { $0.gates["domain"] = gate }
    let slow = Task { await told { await cache.look(at: [.sample(1)], $0) } }
    try await eventually("it is read") { hypervisor.calls.contains("domain \(VMID.sample(1))") }
    hypervisor.edit {
      $0.gates = [:]
      $0.domains = [:]
    }
    #expect(await told { await cache.look(at: [.sample(1)], $0) }.isEmpty)
    key.finish()
    #expect(await slow.value.isEmpty)
    #expect(await cache.all.isEmpty)
  }

  @Test("events become deltas in the order of things")
  func deltas() async throws {
    let fixture = try await AgentFixture()
    let parts = try fixture.parts()
    let outbox = Outbox()
    let reporter = Reporter(parts: parts, outbox: outbox)
    let watching = Task { await reporter.watch() }
    defer { watching.cancel() }
    var messages = outbox.messages.makeAsyncIterator()

    fixture.hypervisor.edit { $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1)) }
    fixture.hypervisor.changes.note { _ = $0.domains.insert(.sample(1)) }
    #expect(await messages.next()?.domains.changed.map(\.name) == ["pet"])
    fixture.hypervisor.edit { $0.domains = [:] }
    fixture.hypervisor.changes.note { _ = $0.domains.insert(.sample(1)) }
    #expect(await messages.next()?.domains.removed == [VMID.sample(1).description])
    fixture.hypervisor.edit {
      $0.libvirt = LibvirtState(isConnected: false, since: Timestamp(seconds: 5), detail: "it hangs")
    }
    fixture.hypervisor.changes.note { $0.state = true }
    let state = await messages.next()?.libvirt
    #expect(state?.connected == false && state?.detail == "it hangs" && state?.since == 5000)
  }

  @Test("very many domains are told in parts to a coordinator that takes parts")
  func parts() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit {
      for number in 0..<3500 as Range<UInt64> {
        let name = "vm-\(number)-" + String(repeating: "x", count: 240)
        $0.domains[.sample(number)] = .unmanaged(name, id: .sample(number), state: .stopped)
      }
    }
    let components = try fixture.parts()
    for takesParts in [true, false] {
      let outbox = Outbox()
      await Reporter(parts: components, outbox: outbox, takesParts: takesParts).sendInventory()
      outbox.close()
      var names: Set<String> = []
      var ends: [Int] = []
      var count = 0
      for await message in outbox.messages {
        names.formUnion(message.part.domains.map(\.name) + message.domains.changed.map(\.name))
        if message.domains.complete { ends.append(Int(message.domains.parts)) }
        count += 1
      }
      #expect(names.count == 3500)
      #expect(takesParts ? count > 2 && ends == [count - 1] : count == 1 && ends == [0])
    }
  }

  @Test("a domain that left or came without an event is told within seconds")
  func silentChanges() async throws {
    let ticks = ManualTicks()
    let fixture = try await AgentFixture(ticks: ticks)
    let outbox = Outbox()
    let reporter = Reporter(parts: try fixture.parts(), outbox: outbox)
    fixture.hypervisor.edit {
      for (number, name) in [(1, "pet"), (2, "moved")] as [(UInt64, String)] {
        $0.domains[.sample(number)] = .unmanaged(name, id: .sample(number))
      }
    }
    try await reporter.parts.cache.lookAtAll()
    let watching = Task { await reporter.watchList() }
    defer { watching.cancel() }
    var messages = outbox.messages.makeAsyncIterator()
    fixture.hypervisor.edit { $0.domains[.sample(2)] = nil }
    try await eventually("it waits") { ticks.sleeping == 1 }
    ticks.advance(by: .seconds(5))
    #expect(await messages.next()?.domains.removed == [VMID.sample(2).description])
    fixture.hypervisor.edit { $0.domains[.sample(3)] = .unmanaged("come", id: .sample(3)) }
    try await eventually("it waits again") { ticks.sleeping == 1 }
    ticks.advance(by: .seconds(5))
    let come = await messages.next()?.domains
    #expect(come?.changed.map(\.name) == ["come"] && come?.complete == false)
  }

  @Test("pauses grow, stay short in the first minute, and begin anew after a success")
  func backoff() {
    var backoff = Backoff(random: SeededRandomSource(seed: 3))
    let start = Timestamp(seconds: 1000)
    let early = (0..<20).map { backoff.pause(at: start.adding(seconds: $0)) }
    #expect(early.allSatisfy { $0 >= .milliseconds(250) && $0 <= .seconds(3) })
    let late = (0..<20).map { backoff.pause(at: start.adding(seconds: 100 + $0)) }
    #expect(late.allSatisfy { $0 >= .milliseconds(7500) && $0 <= .seconds(15) })
    backoff.reset()
    #expect(backoff.pause(at: start.adding(seconds: 200)) <= .milliseconds(500))
  }

  @Test(
    "addresses of coordinators are read strictly",
    arguments: [
      ("10.88.0.1:7001", "10.88.0.1", 7001), ("[fd00::1]:7001", "fd00::1", 7001), ("roost.lan:1", "roost.lan", 1),
    ])
  func addresses(text: String, host: String, port: Int) throws {
    let address = try CoordinatorAddress(text)
    #expect(address.host == host && address.port == port)
  }

  @Test("what is no address is refused", arguments: ["", "host", "host:", ":1", "host:0", "host:65536", "a b:1"])
  func badAddresses(text: String) {
    #expect(throws: FleetError.self) { try CoordinatorAddress(text) }
  }

  @Test("a state directory that another agent has, or others can read, is refused")
  func stateDirectory() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let lock = try StateLock(state)
    let error = #expect(throws: FleetError.self) { try StateLock(state) }
    #expect(error?.code == .conflict)
    withExtendedLifetime(lock) {}
    try HostFile.makeDirectory(directory.path + "/open", mode: 0o755)
    let open = #expect(throws: FleetError.self) { try StateDirectory(directory.path + "/open").prepare() }
    #expect(open?.code == .denied)
  }

  @Test("a damaged memory of epochs is an error, not a beginning from nothing")
  func damagedMemory() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    try HighWaterFile(state).see(epoch: 5, incarnation: "a")
    #expect(try HighWaterFile(state).highWater == HighWaterMarks(epoch: 5, incarnation: "a", macCursor: 0))
    try directory.write("state/high-water.json", "{\"epoch\":")
    #expect(throws: FleetError.self) { try HighWaterFile(state) }
  }

  @Test("an epoch rises by steps that a fleet can take; joining again resets it")
  func leap() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    let memory = try HighWaterFile(state)
    try memory.see(epoch: 2, incarnation: "a")
    let stolen = HighWaterMarks(epoch: 1 << 61, incarnation: "b", macCursor: 0)
    let far = #expect(throws: FleetError.self) { try memory.welcomed(by: stolen, nil) }
    #expect(far?.code == .denied && far?.hint.contains("--rejoin") == true)
    #expect(throws: FleetError.self) { try memory.see(epoch: 1 << 61) }
    #expect(memory.highWater == HighWaterMarks(epoch: 2, incarnation: "a", macCursor: 0))
    // An administrator's word raises the fleet's epoch by less.
    try memory.see(epoch: 2 + 1 << 20, incarnation: "b")
    let low = #expect(throws: FleetError.self) { try memory.see(epoch: 3) }
    #expect(low?.code == .precondition && low?.hint.contains("roost-agent join") == true)
    try memory.forgetEpochIfJoined()
    #expect(throws: FleetError.self) { try memory.see(epoch: 3) }
    try HighWaterFile.noteJoin(in: state)
    try memory.forgetEpochIfJoined()
    try memory.see(epoch: 3, incarnation: "a")
    #expect(try HighWaterFile(state).highWater.epoch == 3)
    try memory.forgetEpochIfJoined()
    #expect(throws: FleetError.self) { try memory.see(epoch: 2) }
  }

  @Test("each pool's highest cursor outlives a restart; an older release's file is read")
  func cursors() throws {
    let directory = try TemporaryDirectory()
    let state = StateDirectory(directory.path + "/state")
    try state.prepare()
    try directory.write("state/high-water.json", #"{"epoch":2,"incarnation":"a","macCursor":7}"#)
    let ranges = [try MACRange(parsing: "02:16:3e"), try MACRange(parsing: "02:16:3f")]
    let told: [[(Int, UInt64)]] = [[(0, 5)], [(0, 3), (1, 9)]]
    for cursors in told {
      var value = PoolCursors()
      for (index, cursor) in cursors { value.raise(ranges[index], to: cursor) }
      try HighWaterFile(state).see(macCursor: 0, poolCursors: value)
    }
    let marks = try HighWaterFile(state).highWater
    #expect(marks.poolCursors[ranges[0]] == 5 && marks.poolCursors[ranges[1]] == 9 && marks.macCursor == 7)
  }
}
