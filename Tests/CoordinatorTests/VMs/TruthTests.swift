import Fleet
import FleetTestKit
import RoostAPI
import RoostProto
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("What is shown is so")
struct TruthTests {
  private static let stuck = LibvirtState.StuckCall(call: "look", vm: .sample(1), since: .sample)

  /// A host whose agent is there, with these guests.
  private func host(_ coordinator: TestCoordinator, _ names: String...) async throws -> FakeAgent {
    let agent = try #require(try await coordinator.hosts("h1")["h1"])
    for (index, name) in names.enumerated() {
      await agent.put(.unmanaged(name, id: .sample(UInt64(index + 1))))
    }
    try await coordinator.report(agent)
    try await eventually("all are told") { try await coordinator.vms().count == names.count }
    return agent
  }

  @Test("an unreadable domain is unknown since it last was, with why; others are current")
  func unread() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "one", "two")
      let before = try await coordinator.vm("one").seenAt
      coordinator.clock.advance(seconds: 20)
      var lost = ObservedDomain.unmanaged("one", id: .sample(1))
      lost.unread = ReadFailure(since: .sample, reason: "libvirt does not answer \"look\" within 20 s")
      await agent.send(.domains(.with { $0.changed = [lost.message] }))
      try await eventually("it is unknown") { try await coordinator.vm("one").certainty == "unknown" }
      let one = try await coordinator.vm("one")
      #expect(one.state == "running" && one.seenAt == before && one.doubt.contains("\"look\""))
      let two = try await coordinator.vm("two")
      #expect(two.certainty == "current" && two.doubt.isEmpty)
      let shown = try await coordinator.shownHost("h1")
      #expect(shown.state == "ready" && shown.reason.contains("VM \"one\" can't be read"))
      await agent.send(.domains(.with { $0.changed = [ObservedDomain.unmanaged("one", id: .sample(1)).message] }))
      try await eventually("it is current") { try await coordinator.vm("one").certainty == "current" }
      #expect(try await coordinator.vm("one").seenAt > before)
      await agent.disconnect()
    }
  }

  @Test("after a restart a silent host has the age of its last word, and no other silence")
  func restart() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "one")
      let first = coordinator.clock.now()
      coordinator.clock.advance(seconds: 3600)
      let last = coordinator.clock.now()
      let hash = ObservedDomain.unmanaged("one", id: .sample(1)).digest
      await agent.send(.digest(.with { $0.domains = [VMID.sample(1).description: hash] }))
      try await eventually("it is confirmed") { try await coordinator.vm("one").seenAt == last.milliseconds }
      await agent.disconnect()
      try await eventually("it is written") {
        try await coordinator.stored { try $0.reports().first?.at } == last
      }
      coordinator.clock.advance(seconds: 3600)
      try await coordinator.restart()
      let shown = try await coordinator.shownHost("h1")
      #expect(shown.state == "unreachable" && shown.seenAt == last.milliseconds && first < last)
      #expect(shown.reason.contains("has not connected since this coordinator started"))
      #expect(shown.reason.contains("\(last)") && !shown.reason.contains("silent"))
      try await agent.connect()
      try await coordinator.waitUntilReady("h1")
      await agent.disconnect()
      try await eventually("it is silent") {
        try await coordinator.shownHost("h1").reason == "its agent is silent since \(coordinator.clock.now())"
      }
    }
  }

  @Test("a VM's age is that of the last word about it, not of its agent's last message")
  func ages() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "one")
      let before = try await coordinator.vm("one").seenAt
      coordinator.clock.advance(seconds: 20)
      await agent.report(
        UsageReport(at: coordinator.clock.now(), load: 1, memoryFree: .gibibytes(1), domains: [], skipped: []))
      try await eventually("the host is heard") { try await coordinator.shownHost("h1").seenAt > before }
      #expect(try await coordinator.vm("one").seenAt == before)
      let hash = ObservedDomain.unmanaged("one", id: .sample(1)).digest
      await agent.send(.digest(.with { $0.domains = [VMID.sample(1).description: hash] }))
      try await eventually("the digest confirms it") { try await coordinator.vm("one").seenAt > before }
      await agent.send(.digest(.with { $0.failure = "\"list\" does not return" }))
      try await eventually("it is unknown") { try await coordinator.vm("one").certainty == "unknown" }
      #expect(try await coordinator.vm("one").doubt.contains("\"list\" does not return"))
      #expect(try await coordinator.hostState("h1") == "degraded")
      await agent.send(.digest(.with { $0.domains = [VMID.sample(1).description: hash] }))
      try await eventually("it is current") { try await coordinator.vm("one").certainty == "current" }
      await agent.disconnect()
    }
  }

  @Test("a host whose libvirt half answers says so, gets nothing new, and recovers")
  func degraded() async throws {
    try await TestCoordinator.with { coordinator in
      let agents = try await coordinator.hosts("h1", "h2")
      let h1 = try #require(agents["h1"])
      let made = try await coordinator.create(.sample("web-1"), start: true)
      #expect(try await coordinator.ended(made.operation).state == "done")
      let home = try #require(agents[try await coordinator.vm("web-1").host])
      let name = home.name
      let vm = try #require(await home.domains.keys.first)
      let since = try #require(await home.domains.values.first).seenAt
      await home.send(
        .libvirt(
          LibvirtState(
            isConnected: true, since: .sample, stuck: [.init(call: "look", vm: vm, since: since)]
          ).message))
      try await eventually("it is degraded") { try await coordinator.hostState(name) == "degraded" }
      let shown = try await coordinator.shownHost(name)
      #expect(shown.reason.contains("\"look\" of VM \"web-1\" since"))
      for (call, whose) in [("statistics", " of all domains"), ("list", " of all domains"), ("pools", "")] {
        let stuck = LibvirtState.StuckCall(call: call, vm: nil, since: since)
        await home.send(.libvirt(LibvirtState(isConnected: true, since: .sample, stuck: [stuck]).message))
        try await eventually("the call is named, and whose it is") {
          try await coordinator.shownHost(name).reason.contains("\"\(call)\"\(whose) since")
        }
      }
      #expect(try await coordinator.events("host.degraded").count == 1)
      // What is new goes elsewhere, or is refused with the sentence.
      for number in 2...3 {
        let next = try await coordinator.create(.sample("web-\(number)"))
        #expect(try await coordinator.ended(next.operation).state == "done")
        #expect(try await coordinator.vm("web-\(number)").host != name)
      }
      let asked = try await coordinator.create(.sample("web-4"), dryRun: true)
      let refusal = try #require(asked.decision.refused.first { $0.host == name })
      #expect(refusal.rule == "state" && refusal.detail.contains("half answers"))
      // What it has goes on.
      let paused = try await coordinator.power("web-1", .pause)
      #expect(try await coordinator.ended(paused).state == "done")
      await home.send(.libvirt(LibvirtState(isConnected: true, since: .sample).message))
      try await coordinator.waitUntilReady(name)
      #expect(try await coordinator.events("host.recovered").count == 1)
      for agent in agents.values { await agent.disconnect() }
      _ = h1
    }
  }

  @Test("a host that can't list or measure its domains is degraded with why, by events")
  func failing() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await host(coordinator, "one")
      let figures = UsageReport(
        at: coordinator.clock.now(), load: 1, memoryFree: .gibibytes(1), domains: [], skipped: [])
      await agent.report(figures)
      try await coordinator.waitUntilReady("h1")
      await agent.send(.statistics(.with { $0.failure = "\"statistics\" does not return" }))
      try await eventually("it is degraded") { try await coordinator.hostState("h1") == "degraded" }
      #expect(try await coordinator.shownHost("h1").reason.contains("can't be measured since"))
      #expect(try await coordinator.shownHost("h1").reason.contains("\"statistics\" does not return"))
      #expect(try await coordinator.vm("one").certainty == "current", "what it lists is so")
      await agent.report(figures)
      try await coordinator.waitUntilReady("h1")
      try await eventually("both are told") { try await coordinator.history(of: "host.recovered").count == 1 }
      #expect(try await coordinator.history(of: "host.degraded").count == 1)
      await agent.send(.digest(.with { $0.failure = "\"list\" does not return" }))
      try await eventually("it is degraded") { try await coordinator.history(of: "host.degraded").count == 2 }
      // It connects anew and is well: that ends it too.
      try await agent.reconnect()
      try await coordinator.waitUntilReady("h1")
      try await eventually("both are told") { try await coordinator.history(of: "host.recovered").count == 2 }
      await agent.disconnect()
    }
  }

  @Test("an operation that waits for libvirt goes on only once all its domains are told")
  func backWithoutInventory() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      let made = try await coordinator.create(.sample(), start: true)
      #expect(try await coordinator.ended(made.operation).state == "done")
      var guest = try #require(await agent.domains.values.first)
      await agent.answer { _ in .refuse(FleetError(.unreachable, "libvirt is away", retryable: true)) }
      let count = await agent.actions.count
      await agent.send(.libvirt(LibvirtState(isConnected: false, since: .sample, detail: "it is away").message))
      // Accepted before the coordinator hears of it, or not at all: then there is nothing that could go wrong.
      let stop = try? await coordinator.power("web-1", .stop)
      try await eventually("libvirt is down") { try await coordinator.hostState("h1") == "libvirt-down" }
      let asked = await agent.actions.count
      await agent.answer { _ in .obey }
      let later = Timestamp.sample.adding(seconds: 60)
      await agent.send(.libvirt(LibvirtState(isConnected: true, since: later).message))
      try await eventually("it is back, and has not told") {
        try await coordinator.shownHost("h1").reason.contains("has not listed its domains")
      }
      #expect(try await coordinator.hostState("h1") == "libvirt-down")
      #expect(try await coordinator.vm("web-1").certainty == "unknown")
      guest.state = .stopped
      guest.live = nil
      let told = guest.message
      await agent.send(
        .domains(
          .with {
            $0.complete = true
            $0.changed = [told]
            $0.libvirtSince = later.milliseconds
          }))
      try await coordinator.waitUntilReady("h1")
      if let stop { #expect(try await coordinator.ended(stop).state == "done") }
      #expect(await agent.actions.count == asked && asked <= count + 1)
      #expect(try await coordinator.vm("web-1").state == "stopped")
      await agent.disconnect()
    }
  }

  @Test("an inventory of an earlier libvirt connection is not taken for the present")
  func earlierInventory() async throws {
    var entry = HostEntry(host: .sample())
    entry.isConnected = true
    entry.libvirt = LibvirtState(isConnected: true, since: Timestamp.sample.adding(seconds: 9))
    entry.report(all: [.unmanaged()], ofLibvirtSince: .sample, at: .sample)
    #expect(!entry.isAnswering && entry.state == .libvirtDown)
    entry.report(all: [.unmanaged()], ofLibvirtSince: Timestamp.sample.adding(seconds: 9), at: .sample)
    #expect(entry.isAnswering && entry.state == .ready)
  }

  @Test("what a stream tells that another has taken the place of changes nothing")
  func supersededStream() async throws {
    let inventory = Inventory()
    let host = Host.sample()
    await inventory.load(hosts: [host], vms: [], reports: [:])
    await inventory.begin(1, of: host.id)
    await inventory.begin(2, of: host.id)
    #expect(await inventory.update(host.id, from: 1) { $0.isConnected = true } == false)
    await inventory.seen(host.id, from: 1, at: .sample)
    #expect(await inventory.view.hosts[host.id]?.isConnected == false)
    #expect(await inventory.view.hosts[host.id]?.seenAt == nil)
    #expect(await inventory.update(host.id, from: 2) { $0.isConnected = true })
    #expect(await inventory.view.hosts[host.id]?.isConnected == true)
  }

  @Test("a VM that a stuck host could not make ends with why, not tried without end")
  func timedOut() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try #require(try await coordinator.hosts("h1")["h1"])
      await agent.answer { _ in
        .refuse(FleetError(.timedOut, "libvirt does not answer \"define\" within 60 s", retryable: true))
      }
      let reply = try await coordinator.create(.sample())
      let ended = try await coordinator.ended(reply.operation)
      #expect(ended.state == "failed" && ended.failure.message.contains("\"define\""))
      #expect(await agent.actions.count == 2)
      await agent.disconnect()
    }
  }

  @Test("drift shows in the list, and goes when it is undone")
  func driftInList() async throws {
    try await TestCoordinator.with { coordinator in
      let agent = try await coordinator.readyHost()
      let vm = try await coordinator.made("web-1")
      let id = try #require(VMID(vm.id))
      #expect(try await coordinator.listed("web-1")?.notes == [])
      let before = try #require(await agent.domains[id])
      var after = before
      after.saved?.memory = .mebibytes(96)
      await agent.tell(after)
      try await eventually("the list has the drift") {
        try await coordinator.listed("web-1")?.notes.contains { $0.contains("memory is 96MiB") } == true
      }
      await agent.tell(before)
      try await eventually("it is gone") { try await coordinator.listed("web-1")?.notes == [] }
      await agent.disconnect()
    }
  }
}

extension TestCoordinator {
  /// All VMs.
  nonisolated func vms() async throws -> [Roost_V1_VM] {
    try await local { try await Roost_V1_VMs.Client(wrapping: $0).list(.init()).vms }
  }

  /// The host of that name as a listing shows it.
  nonisolated func shownHost(_ name: String) async throws -> Roost_V1_Host {
    try await local { client in
      try await Roost_V1_Hosts.Client(wrapping: client).get(.with { $0.host = name }).host
    }
  }
}
