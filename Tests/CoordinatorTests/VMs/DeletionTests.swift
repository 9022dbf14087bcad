import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import Scheduling
import SimulationKit
import Store
import SwiftProtobuf
import Testing

@testable import Coordinator

@Suite("Deleting a VM")
struct DeletionTests {
  /// A VM on h1 that is off and has a disk of Roost's, and h2 beside it.
  private func environment(
    _ body: (TestCoordinator, _ h1: FakeAgent, _ h2: FakeAgent, _ domain: ObservedDomain) async throws -> Void
  ) async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try #require(try await coordinator.hosts("h1")["h1"])
      #expect(try await coordinator.ended(try await coordinator.create(.sample()).operation).state == "done")
      let h2 = try #require(try await coordinator.hosts("h2")["h2"])
      try await body(coordinator, h1, h2, try #require(await h1.domains.values.first))
      await h1.disconnect()
      await h2.disconnect()
    }
  }

  private func destructions(_ agent: FakeAgent) async -> [Destruction] {
    await agent.actions.compactMap { if case .destroy(let order) = $0.work { order } else { nil } }
  }

  private func refusal(_ coordinator: TestCoordinator, keepDisks: Bool = false, force: Bool = true) async -> FleetError?
  {
    await #expect(throws: FleetError.self) { try await coordinator.delete("web-1", keepDisks: keepDisks, force: force) }
  }

  @Test("a VM that another host has is not deleted, though that host is silent", arguments: [true, false])
  func elsewhere(isRunning: Bool) async throws {
    try await environment { coordinator, h1, h2, domain in
      var duplicate = domain
      duplicate.state = isRunning ? .running : .stopped
      duplicate.live = isRunning ? duplicate.saved : nil
      await h2.put(duplicate)
      try await coordinator.report(h2)
      for keepDisks in [false, true] {
        let error = await refusal(coordinator, keepDisks: keepDisks)
        #expect(error?.code == .conflict && error?.message.contains("h2") == true)
        #expect(error?.message.contains(isRunning ? "running" : "off") == true)
      }
      await h2.disconnect()
      try await eventually("h2 is silent") { try await coordinator.hostState("h2") == HostState.unreachable.rawValue }
      #expect(await refusal(coordinator)?.code == .conflict)
      #expect(await destructions(h1).isEmpty)
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      #expect(try await coordinator.vm("web-1").state == "stopped")
    }
  }

  @Test("what its host has deleted is done after a restart, though other hosts are silent")
  func begun() async throws {
    try await environment { coordinator, h1, h2, domain in
      await h1.answer { _ in .silence }
      let operation = try await coordinator.delete("web-1")
      try await eventually("h1 is asked") { await destructions(h1).count == 1 }
      for agent in [h1, h2] { await agent.disconnect() }
      await h1.remove(domain.id)
      await h1.answer { _ in .obey }
      try await coordinator.restart()
      try await h1.reconnect()
      #expect(try await coordinator.ended(operation).state == "done")
      // Whether it was its own doing is the agent's to judge.
      #expect(await destructions(h1).map(\.isAbsenceProven) == [false, false])
      #expect(await Set(h1.actions.suffix(2).map(\.id)).count == 1)
    }
  }

  @Test("a disk another host's domain names is not deleted, but may be left behind")
  func sharedDisk() async throws {
    try await environment { coordinator, h1, h2, domain in
      let path = try #require(domain.saved?.disks.first?.path)
      let pool = StoragePool(
        name: "nfs", type: "netfs", path: HostFilePath.parent(of: path), isActive: true, autostart: true,
        capacity: .gibibytes(1), allocation: .zero, available: .gibibytes(1))
      for agent in [h1, h2] { await agent.see { $0.pools = [pool] } }
      var overlay = ObservedDomain.unmanaged("thief", state: .stopped, disks: ["/srv/overlay.qcow2"])
      overlay.saved?.disks[0].beneath = ["/srv/middle.qcow2", path]
      try await coordinator.report(h1)
      for thief in [ObservedDomain.unmanaged("thief", state: .stopped, disks: [path]), overlay] {
        await h2.put(thief)
        try await coordinator.report(h2)
        let error = await refusal(coordinator)
        #expect(error?.code == .conflict && error?.message.contains("thief") == true)
        #expect(error?.message.contains(path) == true && error?.hint.contains("--keep-disks") == true)
      }
      // A host that has told nothing of its storage since the coordinator started may have the same mounted.
      await h2.disconnect()
      await coordinator.stop()
      try await coordinator.start()
      try await coordinator.report(h1)
      #expect(await refusal(coordinator)?.message.contains("thief") == true)
      #expect(try await coordinator.ended(try await coordinator.delete("web-1", keepDisks: true)).state == "done")
      #expect(await destructions(h1).map(\.keepDisks) == [true])
    }
  }

  @Test("a guest moved after its deletion was accepted is not touched, and the VM stays")
  func movedMeanwhile() async throws {
    try await environment { coordinator, h1, h2, domain in
      await h1.answer { action in if case .destroy = action.work { .hangUp } else { .obey } }
      let operation = try await coordinator.delete("web-1")
      try await eventually("the action arrives") { await destructions(h1).count == 1 }
      await h1.disconnect()
      var moved = domain
      (moved.state, moved.live) = (.running, moved.saved)
      await h2.put(moved)
      try await coordinator.report(h2)
      await h1.remove(domain.id)
      await h1.answer { _ in .obey }
      try await h1.connect()
      let ended = try await coordinator.ended(operation)
      #expect(ended.state == "failed" && ended.failure.code == FleetError.Code.conflict.rawValue)
      #expect(ended.failure.message.contains("h2"))
      #expect(await destructions(h1).count == 1)
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      #expect(try await coordinator.stored { try $0.vms() }.count == 1)
    }
  }

  @Test("what was reported between decision and commit is seen in the commit")
  func betweenDecisionAndCommit() async throws {
    let directory = try TemporaryDirectory()
    let store = try FleetStore.create(at: directory.path + "/fleet.sqlite", identity: CommitCheckTests.fleet)
    let vm = ManagedVM.sample()
    let hosts = [Host.sample("h1", id: .sample(101)), Host.sample("h2", id: .sample(102))]
    let (home, path) = (ObservedDomain.sample(of: vm, state: .stopped), "/var/lib/roost/web-1-vda")
    try await store.commit { transaction in
      for host in hosts { try transaction.insertHost(host) }
      try transaction.adopt(vm, at: .sample)
    }
    let inventory = Inventory()
    await inventory.load(hosts: hosts, vms: [vm], reports: [:])
    let pool = StoragePool(
      name: "nfs", type: "netfs", path: "/var/lib/roost", isActive: true, autostart: true, capacity: .gibibytes(1),
      allocation: .zero, available: .gibibytes(1))
    for host in hosts {
      await inventory.update(host.id) { entry in
        entry.isConnected = true
        entry.facts = .sample(host.name)
        entry.facts?.pools = [pool]
        entry.libvirt = LibvirtState(isConnected: true, since: .sample)
        entry.report(all: host.name == "h1" ? [home] : [], ofLibvirtSince: .sample, at: .sample)
      }
    }
    let view = await inventory.view
    #expect(view.elsewhere(of: vm, disks: true).isAbsent)
    func joined() async throws -> Elsewhere {
      try await store.commit { try view.joined(by: $0, about: vm, disks: true).elsewhere(of: vm, disks: true) }
    }
    func report(_ domains: [ObservedDomain], of host: UInt64) async throws {
      let delta = Roost_V1_DomainDelta.with { $0.changed = domains.map(\.message) }
      let bytes: [UInt8] = try delta.serializedBytes()
      try await store.commit { try $0.saveReport(of: .sample(host), at: .sample, bytes: bytes) }
    }
    try await report([home], of: 101)
    try await report([.unmanaged()], of: 102)
    #expect(try await joined().isAbsent)
    try await report([.unmanaged(), .sample(of: vm)], of: 102)
    #expect(try await joined().sightings.map(\.state) == [.running])
    var overlay = ObservedDomain.unmanaged("thief", disks: ["/srv/overlay.qcow2"])
    overlay.saved?.disks[0].beneath = [path]
    for thief in [ObservedDomain.unmanaged("thief", disks: [path]), overlay] {
      try await report([thief], of: 102)
      #expect(try await joined().users.first?.contains("thief") == true)
    }
    try await store.commit { transaction in
      var host = hosts[1]
      host.isDisregarded = true
      try transaction.updateHost(host)
    }
    #expect(try await joined().claimants == ["h2"], "to be disregarded does not make its word unsaid")
    try await report([], of: 102)
    #expect(try await joined().isAbsent)
    try await store.commit { try $0.insertHost(.sample("h3", id: .sample(103))) }
    #expect(try await joined().isAbsent == false, "a host that joined meanwhile has not been asked")
    var decided = vm
    decided.hostID = .sample(102)
    #expect(throws: FleetError.self) { try Admission.checkUnmoved(vm, since: decided) }
    try store.close()
  }

  @Test("a VM on the file of one that was just deleted is deleted at once")
  func sameFile() async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try await coordinator.readyHost("h1")
      await h1.put("/srv", .directory)
      var spec = VMSpec.sample("web-1")
      spec.disks = [DiskSpec(target: "vda", source: .blank, path: "/srv/web.qcow2", size: .gibibytes(1))]
      for _ in 1...3 {
        #expect(try await coordinator.ended(try await coordinator.create(spec).operation).state == "done")
        let domain = try #require(await h1.domains.values.first)
        await h1.tell(domain)
        try await eventually("it is written down") {
          try await !coordinator.stored { try $0.reports(mentioningAnyOf: [domain.id.description]) }.isEmpty
        }
        #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      }
      #expect(await destructions(h1).count == 3)
      await h1.disconnect()
    }
  }

  @Test("a host that never reported proves nothing; the way on is its agent or removal")
  func unheard() async throws {
    try await environment { coordinator, h1, _, domain in
      _ = try await coordinator.host("h3")
      await h1.remove(domain.id)
      try await coordinator.report(h1)
      try await eventually("it is gone") { try await coordinator.vm("web-1").state == "failed" }
      let error = await refusal(coordinator)
      #expect(error?.code == .precondition && error?.message.contains("\"h3\" has joined and never said") == true)
      #expect(error?.hint.contains("--keep-disks") == true && error?.hint.contains("roost host remove h3") == true)
      #expect(error?.hint.contains("--lost") == false)
      try await coordinator.removeHost("h3")
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      #expect(await destructions(h1).map(\.isAbsenceProven) == [true])
    }
  }

  @Test("what was half made is taken back as absent only if every host has said so")
  func undoneUnproven() async throws {
    for isSilent in [true, false] {
      try await TestCoordinator.with { coordinator in
        let agents = try await coordinator.hosts("h1", "h2")
        let h1 = try #require(agents["h1"])
        let h2 = try #require(agents["h2"])
        if isSilent { try await coordinator.silence(h2) }
        await h1.answer { action in
          action.work.isProvision ? .refuse(FleetError(.invalid, "libvirt does not take it")) : .obey
        }
        let made = try await coordinator.create(.sample(), asking: PlacementConstraints(), host: "h1")
        let ended = try await coordinator.ended(made.operation)
        #expect(ended.state == "failed" && ended.failure.message.contains("does not take it"))
        #expect(await destructions(h1).map(\.isAbsenceProven) == [!isSilent])
        #expect(try await coordinator.stored { try $0.vms() }.isEmpty)
        for agent in [h1, h2] { await agent.disconnect() }
      }
    }
  }

  @Test("force goes with the action and is written down; nothing else cuts a guest")
  func force() async throws {
    try await environment { coordinator, h1, _, domain in
      await h1.answer { action in
        if case .destroy(let order) = action.work, !order.force {
          .refuse(FleetError(.precondition, "VM \"web-1\" is running"))
        } else {
          .obey
        }
      }
      let polite = try await coordinator.ended(try await coordinator.delete("web-1", force: false))
      #expect(polite.state == "failed")
      #expect(try await coordinator.ended(try await coordinator.delete("web-1", force: true)).state == "done")
      #expect(await destructions(h1).map(\.force) == [false, true])
      let stored = try await coordinator.stored { try $0.operations(vm: domain.id) }.filter { $0.kind == .delete }
      #expect(Set(stored.map(\.force)) == [false, true])
    }
  }

  @Test(
    "an active or saved VM is not deleted without force",
    arguments: DomainState.allCases.filter { $0 != .stopped }.map { ($0, false) } + [(.stopped, true)])
  func active(state: DomainState, isSaved: Bool) async throws {
    try await environment { coordinator, h1, _, domain in
      var seen = domain
      (seen.state, seen.hasManagedSave) = (state, isSaved)
      if state.isActive { seen.live = seen.saved }
      await h1.put(seen)
      try await coordinator.report(h1)
      let error = await refusal(coordinator, force: false)
      #expect(error?.code == .precondition && error?.hint.contains("roost delete --force web-1") == true)
      #expect(await destructions(h1).isEmpty)
    }
  }

  @Test("a failed deletion leaves no tombstone: the next one decides about the disks")
  func failedDeletion() async throws {
    for keptFirst in [false, true] {
      try await environment { coordinator, h1, h2, domain in
        await h1.answer { action in
          if case .destroy = action.work { .refuse(FleetError(.timedOut, "libvirt does not answer")) } else { .obey }
        }
        #expect(
          try await coordinator.ended(try await coordinator.delete("web-1", keepDisks: keptFirst)).state == "failed")
        #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
        #expect(try await coordinator.vm("web-1").state == "stopped")
        // Moved with other tools and followed: the next deletion is of that host.
        await h2.put(domain)
        await h1.remove(domain.id)
        try await coordinator.report(h2)
        try await coordinator.report(h1)
        try await eventually("it is followed") { try await coordinator.vm("web-1").host == "h2" }
        #expect(
          try await coordinator.ended(try await coordinator.delete("web-1", keepDisks: !keptFirst)).state == "done")
        #expect(await destructions(h2).map(\.keepDisks) == [!keptFirst])
        #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      }
    }
  }

  @Test("a creation that succeeds after it was to be undone leaves no tombstone")
  func undoneInVain() async throws {
    try await TestCoordinator.with { coordinator in
      let h1 = try #require(try await coordinator.hosts("h1")["h1"])
      await h1.answer { action in
        let earlier = await h1.actions.count { $0.work.isProvision == action.work.isProvision }
        guard earlier == 1 else { return .obey }
        let code: FleetError.Code = action.work.isProvision ? .timedOut : .unreachable
        return .refuse(FleetError(code, "libvirt does not answer", retryable: true))
      }
      #expect(try await coordinator.ended(try await coordinator.create(.sample()).operation).state == "done")
      #expect(await destructions(h1).count == 1)
      #expect(try await coordinator.stored { try $0.tombstones() }.isEmpty)
      #expect(try await coordinator.ended(try await coordinator.delete("web-1", keepDisks: true)).state == "done")
      #expect(await destructions(h1).last?.keepDisks == true)
      await h1.disconnect()
    }
  }

  @Test("disks of a VM that is gone are deleted when every host says it has none of it")
  func provenAbsence() async throws {
    try await environment { coordinator, h1, h2, domain in
      await h1.remove(domain.id)
      try await coordinator.report(h1)
      try await eventually("it is gone") { try await coordinator.vm("web-1").state == "failed" }
      await h2.disconnect()
      try await eventually("h2 is silent") { try await coordinator.hostState("h2") == HostState.unreachable.rawValue }
      let error = await refusal(coordinator)
      #expect(error?.code == .precondition && error?.message.contains("h2") == true)
      #expect(error?.hint.contains("--keep-disks") == true)
      try await h2.connect()
      try await coordinator.waitUntilReady("h2")
      #expect(try await coordinator.ended(try await coordinator.delete("web-1")).state == "done")
      #expect(await destructions(h1).map(\.isAbsenceProven) == [true])
    }
  }

  @Test("a VM that may run on a silent host is neither started nor defined again at home")
  func secondCopy() async throws {
    try await environment { coordinator, h1, h2, domain in
      await h2.disconnect()
      try await eventually("h2 is silent") { try await coordinator.hostState("h2") == HostState.unreachable.rawValue }
      var left = domain
      (left.state, left.live, left.isMovedAway) = (.stopped, nil, true)
      await h1.put(left)
      try await coordinator.report(h1)
      let start = await #expect(throws: FleetError.self) { try await coordinator.power("web-1", .start) }
      #expect(start?.code == .precondition && start?.message.contains("h2") == true)
      await h1.remove(domain.id)
      try await coordinator.report(h1)
      try await eventually("it is gone") { try await coordinator.vm("web-1").state == "failed" }
      let recovery = await #expect(throws: FleetError.self) { try await coordinator.recover("web-1") }
      #expect(recovery?.code == .precondition && recovery?.message.contains("h2") == true)
      #expect(try await coordinator.vm("web-1").notes.contains { $0.contains("a host that is silent now") })
      #expect(await h1.actions.allSatisfy { !$0.work.isPower })
      try await h2.connect()
      try await coordinator.waitUntilReady("h2")
      #expect(try await coordinator.ended(try await coordinator.recover("web-1")).state == "done")
    }
  }

  @Test("a result that is older than what the host has told since changes nothing")
  func staleResult() async throws {
    try await environment { coordinator, h1, _, domain in
      await h1.answer { _ in .silence }
      let operation = try await coordinator.power("web-1", .start)
      try await eventually("it is asked to start") { await h1.actions.last?.work.isPower == true }
      var dead = domain
      (dead.state, dead.seenAt) = (.crashed, domain.seenAt.adding(seconds: 20))
      await h1.tell(dead)
      try await eventually("the host has told") { try await coordinator.vm("web-1").reason.contains("crashed") }
      var started = domain
      (started.state, started.live, started.seenAt) = (.running, domain.saved, domain.seenAt.adding(seconds: 10))
      let id = try #require(await h1.actions.last?.id)
      await h1.answer(late: ActionResult(id: id, failure: nil, domain: started))
      #expect(try await coordinator.ended(operation).state == "done")
      #expect(try await coordinator.vm("web-1").reason.contains("crashed"))
    }
  }
}

extension AgentAction.Work {
  fileprivate var isProvision: Bool { if case .provision = self { true } else { false } }
  fileprivate var isPower: Bool { if case .power = self { true } else { false } }
}

private enum HostFilePath {
  static func parent(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }
}
