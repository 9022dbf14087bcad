import Fleet
import FleetTestKit
import Logging
import RoostProto
import SimulationKit
import Testing

@testable import Agent

@Suite("Domains that can't be read")
struct UnreadableDomainTests {
  private static let failure = FleetError(.timedOut, "libvirt does not answer \"look\" within 20 s", retryable: true)

  /// A host with three running guests that were read once.
  private func cache() async throws -> (FakeHypervisor, DomainCache) {
    let hypervisor = FakeHypervisor()
    hypervisor.edit { state in
      for number in 1...3 as ClosedRange<UInt64> {
        state.domains[.sample(number)] = .unmanaged("pet-\(number)", id: .sample(number))
      }
    }
    let cache = DomainCache(hypervisor: hypervisor, clock: ManualClock())
    try await cache.lookAtAll()
    return (hypervisor, cache)
  }

  @Test("an unreadable domain stands as last seen, with since and why, hiding no other")
  func looksAtAll() async throws {
    let (hypervisor, cache) = try await cache()
    hypervisor.edit {
      $0.unreadable[.sample(2)] = Self.failure
      $0.domains[.sample(2)]?.state = .stopped
      $0.domains[.sample(3)]?.state = .stopped
    }
    let delta = try await told { try await cache.lookAtAll($0) }
    #expect(delta.changed.map(\.name) == ["pet-2", "pet-3"] && delta.removed.isEmpty)
    #expect(delta.changed[0].state == .running && delta.changed[0].unread?.reason == Self.failure.message)
    #expect(delta.changed[1].state == .stopped && delta.changed[1].unread == nil)
    // What is told once is not told again, however the reason reads the next time.
    hypervisor.edit { $0.unreadable[.sample(2)] = FleetError(.timedOut, "it has not returned") }
    #expect(try await told { try await cache.lookAtAll($0) }.isEmpty)
    hypervisor.edit { $0.unreadable = [:] }
    let back = try await told { try await cache.lookAtAll($0) }
    #expect(back.changed.map(\.state) == [.stopped] && back.changed[0].unread == nil)
  }

  @Test("of a batch of changes all that can be read are told, around one that can't")
  func partialDelta() async throws {
    let (hypervisor, cache) = try await cache()
    hypervisor.edit {
      for number in 1...3 as ClosedRange<UInt64> { $0.domains[.sample(number)]?.state = .paused }
      $0.unreadable[.sample(2)] = Self.failure
    }
    let delta = await told { await cache.look(at: [.sample(1), .sample(2), .sample(3)], $0) }
    #expect(delta.changed.map(\.state) == [.paused, .running, .paused])
    #expect(delta.changed.map { $0.unread != nil } == [false, true, false])
    #expect(try await told { try await cache.lookAtAll($0) }.isEmpty)
  }

  @Test("what libvirt's going away keeps from being told does not count as told")
  func awayInBatch() async throws {
    let (hypervisor, cache) = try await cache()
    hypervisor.edit {
      for number in 1...3 as ClosedRange<UInt64> { $0.domains[.sample(number)]?.state = .paused }
      $0.unreadable[.sample(2)] = FleetError(.unreachable, "libvirt is away", retryable: true)
    }
    let delta = await told { await cache.look(at: [.sample(1), .sample(2), .sample(3)], $0) }
    #expect(delta.changed.map(\.name) == ["pet-1"])
    hypervisor.edit { $0.unreadable = [:] }
    #expect(try await told { try await cache.lookAtAll($0) }.changed.map(\.name) == ["pet-2", "pet-3"])
  }

  @Test("that libvirt is back is told after all it has, with which connection told it")
  func inventoryFirst() async throws {
    let fixture = try await AgentFixture()
    let (reporter, outbox) = try reporter(fixture)
    let watching = Task { await reporter.watch() }
    defer { watching.cancel() }
    fixture.hypervisor.edit {
      $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1))
      $0.libvirt = LibvirtState(isConnected: true, since: Timestamp(seconds: 7))
    }
    fixture.hypervisor.changes.note {
      $0.state = true
      $0.everything = true
    }
    var messages = outbox.messages.makeAsyncIterator()
    let first = try #require(await messages.next())
    #expect(first.domains.complete && first.domains.changed.map(\.name) == ["pet"])
    #expect(first.domains.libvirtSince == 7000)
    let second = try #require(await messages.next())
    #expect(second.libvirt.connected && second.libvirt.since == 7000)
  }

  @Test("domains that can't be listed are told so, and no digest calls them unchanged")
  func digestFailure() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit { $0.failures["domains"] = FleetError(.timedOut, "\"list\" does not return") }
    let (reporter, outbox) = try reporter(fixture)
    await reporter.sendDigest()
    outbox.close()
    var seen: [Roost_V1_AgentMessage] = []
    for await message in outbox.messages { seen.append(message) }
    #expect(seen.first?.digest.failure == "\"list\" does not return" && seen.first?.digest.domains.isEmpty == true)
    #expect(seen.count == 2 && seen[1].libvirt.connected)
  }

  /// Puts a domain on the host that can't be read, or can again, and has no disks.
  private func pet(_ fixture: AgentFixture, unreadable: Bool) {
    fixture.hypervisor.edit {
      $0.domains[.sample(700)] = .unmanaged(id: .sample(700))
      $0.unreadable[.sample(700)] = unreadable ? Self.failure : nil
    }
  }

  @Test("a file is not taken as a disk while a domain that may have it can't be read")
  func existingDisk() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/web.raw"
    try fixture.directory.write("web.raw", "somebody's data")
    let order = AgentFixture.provision(
      AgentFixture.spec(disks: [DiskSpec(target: "vda", format: .raw, source: .existing, path: path)]), port: nil)
    pet(fixture, unreadable: true)
    let refused = try #require(await fixture.run(.provision(order), id: 1))
    #expect(refused.code == .precondition && refused.retryable && refused.message.contains(path))
    #expect(refused.message.contains(Self.failure.message) && refused.hint.contains("\(VMID.sample(700))"))
    #expect(!fixture.hypervisor.calls.contains("define") && HostFile.text(path) == "somebody's data")
    pet(fixture, unreadable: false)
    #expect(await fixture.run(.provision(order), id: 2) == nil)
    // What is defined takes nothing new: the same order, given again, is fine whatever can't be read.
    pet(fixture, unreadable: true)
    #expect(await fixture.run(.provision(order), id: 3) == nil)
  }

  @Test("a disk that Roost makes is made beside an unreadable domain, after a failure too")
  func newDisk() async throws {
    let fixture = try await AgentFixture()
    let path = fixture.directory.path + "/web.raw"
    let disk = DiskSpec(target: "vda", format: .raw, source: .blank, path: path, size: .mebibytes(1))
    let order = AgentFixture.provision(AgentFixture.spec(disks: [disk]), port: nil)
    pet(fixture, unreadable: true)
    fixture.hypervisor.edit { $0.failures["define"] = FleetError(.invalid, "libvirt does not take it") }
    #expect(await fixture.run(.provision(order), id: 1)?.code == .invalid)
    #expect(await fixture.run(.provision(order), id: 2) == nil)
    // After undefine the disk file remains, and an unreadable domain might use it.
    try await fixture.hypervisor.undefine(order.vmID, DomainRemoval())
    let refused = try #require(await fixture.run(.recover(order), id: 3))
    #expect(refused.code == .precondition && refused.retryable && refused.message.contains(path))
    #expect(fixture.hypervisor.edit { $0.domains[order.vmID] } == nil)
    pet(fixture, unreadable: false)
    #expect(await fixture.run(.recover(order), id: 4) == nil)
  }

  @Test("nor are firmware variables that are there, or a disk that is no file of the host")
  func carried() async throws {
    let fixture = try await AgentFixture()
    try fixture.grant("network_disks = true")
    try fixture.directory.write("VARS.fd", "x")
    func spec(_ os: String, _ devices: String, _ disks: [DiskSpec]) -> VMSpec {
      var spec = AgentFixture.spec(disks: disks)
      spec.document = """
        <domain type='kvm'><name>web-1</name><memory unit='GiB'>1</memory><vcpu>1</vcpu>
        <os><type arch='x86_64' machine='pc'>hvm</type>\(os)</os><devices>\(devices)</devices></domain>
        """
      return spec
    }
    let file = fixture.directory.path + "/VARS.fd"
    let rbd = """
      <disk type='network' device='disk'><source protocol='rbd' name='pool/x'><host name='m'/></source>
      <target dev='vda'/></disk>
      """
    let specs = [
      spec("<loader type='pflash'>/fw/CODE.fd</loader><nvram>\(file)</nvram>", "", []),
      spec("", rbd, [DiskSpec(target: "vda", source: .document)]),
    ]
    pet(fixture, unreadable: true)
    for (number, spec) in specs.enumerated() {
      let refused = await fixture.run(.provision(AgentFixture.provision(spec, port: nil)), id: UInt64(number) + 1)
      #expect(refused?.message.contains("can't be asked whether") == true, "\(String(describing: refused))")
    }
    #expect(!fixture.hypervisor.calls.contains("define"))
  }

  /// What was sent until now.
  private func sent(_ outbox: Outbox) async -> [Roost_V1_AgentMessage] {
    outbox.close()
    return await outbox.messages.reduce(into: []) { $0.append($1) }
  }

  @Test("an inventory that can't be listed is told so, and comes with the next digest")
  func owedInventory() async throws {
    let fixture = try await AgentFixture()
    fixture.hypervisor.edit {
      $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1))
      $0.libvirt = LibvirtState(isConnected: true, since: Timestamp(seconds: 7))
    }
    let (reporter, outbox) = try reporter(fixture)
    try await reporter.parts.cache.lookAtAll()
    fixture.hypervisor.edit { $0.failures["domains"] = FleetError(.timedOut, "\"list\" does not return") }
    await reporter.sendInventory()
    fixture.hypervisor.edit { $0.failures = [:] }
    await reporter.sendDigest()
    await reporter.sendDigest()
    let seen = await sent(outbox)
    #expect(seen.first?.digest.failure == "\"list\" does not return")
    // Nothing has changed since it was last seen, and all of it is told, once.
    let all = seen.filter(\.domains.complete)
    #expect(all.count == 1 && all.first?.domains.changed.map(\.name) == ["pet"])
    #expect(all.first?.domains.libvirtSince == 7000)
  }

  @Test("domains unlisted at the hello come with the first digest, also if there are none")
  func owedHello() async throws {
    let fixture = try await AgentFixture()
    let (reporter, outbox) = try reporter(fixture)
    fixture.hypervisor.edit { $0.failures["domains"] = FleetError(.timedOut, "\"list\" does not return") }
    #expect(await !reporter.parts.hello(hostName: "h1").libvirt.connected)
    fixture.hypervisor.edit { $0.failures = [:] }
    await reporter.sendDigest()
    #expect(await sent(outbox).contains { $0.domains.complete && $0.domains.changed.isEmpty })
  }

  @Test("why there are no figures is told in their place; an absent libvirt as such")
  func unmeasured() async throws {
    let fixture = try await AgentFixture()
    let (reporter, outbox) = try reporter(fixture)
    for code in [FleetError.Code.timedOut, .unreachable] {
      fixture.hypervisor.edit { $0.failures["statistics"] = FleetError(code, "\"statistics\" does not return") }
      await reporter.sendFigures()
    }
    fixture.hypervisor.edit { $0.failures = [:] }
    await reporter.sendFigures()
    let seen = await sent(outbox)
    try #require(seen.count == 3)
    #expect(seen[0].statistics.failure == "\"statistics\" does not return")
    #expect(seen[0].statistics.hostMemoryFreeBytes > 0)
    if case .libvirt = seen[1].content {} else { Issue.record("\(seen[1])") }
    if case .statistics(let figures) = seen[2].content { #expect(figures.failure.isEmpty) } else { Issue.record() }
  }

  private func reporter(_ fixture: AgentFixture) throws -> (Reporter, Outbox) {
    let outbox = Outbox()
    return (Reporter(parts: try fixture.parts(), outbox: outbox), outbox)
  }
}
