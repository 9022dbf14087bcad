import Dispatch
import Fleet
import FleetTestKit
import GRDB
import Store
import Testing

import class Foundation.FileManager

@Suite("FleetStore.commit")
struct CommitTests {
  @Test("an error of the body passes through and nothing of the change stays")
  func rollsBack() async throws {
    let fleet = try await TemporaryFleet()
    let error = await refusal {
      try await fleet.store.commit { transaction throws in
        try transaction.create(.numbered(1))
        try transaction.advanceMACCursor(to: 5)
        try transaction.beginEpoch()
        throw FleetError(.exhausted, "no more", hint: "stop")
      }
    }
    #expect(error == FleetError(.exhausted, "no more", hint: "stop"))
    try await fleet.store.read { reader throws in
      #expect(try reader.vms().isEmpty)
      #expect(try reader.macEntries(includeRetired: true).isEmpty)
      #expect(try reader.heldPorts().isEmpty)
      #expect(try reader.macCursor() == 0)
      #expect(try reader.fleet().epoch == 0)
      #expect(try reader.lastEventNumber() == 0)
    }
  }

  @Test("a rehearsal refuses what the change would, and leaves nothing of it")
  func rehearsal() async throws {
    let fleet = try await TemporaryFleet()
    var followed = false
    let follower = fleet.store.follow {}
    try await fleet.store.rehearse { transaction throws in
      try transaction.create(.numbered(1))
      try transaction.advanceMACCursor(to: 5)
    }
    followed = !follower.take().isEmpty
    let error = await refusal {
      try await fleet.store.rehearse { transaction throws in
        try transaction.create(.numbered(1))
        try transaction.create(.numbered(1))
      }
    }
    #expect(error?.code == .conflict && !followed)
    try await fleet.store.read { reader throws in
      #expect(try reader.vms().isEmpty && reader.macCursor() == 0 && reader.lastEventNumber() == 0)
    }
    try await fleet.create(.numbered(1))
  }

  @Test("a refusal that the body catches leaves the rest of the change standing")
  func goesOn() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    try await fleet.store.commit { transaction throws in
      var vm = ManagedVM.numbered(2)
      do {
        try transaction.allocatePort(5901, to: vm, at: .sample)
        Issue.record("the port was given twice")
      } catch let error as FleetError {
        #expect(error.code == .conflict)
        #expect(error.message.contains("\"vm-1\" on h1"))
      }
      vm.allocations.vncPort = 6000
      try transaction.create(vm)
    }
    #expect(try await fleet.store.read { try $0.vm(.sample(2))?.allocations.vncPort } == 6000)
  }

  @Test("a method that fails half-way changes nothing")
  func methodsAreWhole() async throws {
    let fleet = try await TemporaryFleet()
    try await fleet.create(.numbered(1))
    try await fleet.create(.numbered(2))
    try await fleet.store.commit { transaction throws in
      var vm = ManagedVM.numbered(3)
      let missing = ImageRef(id: .sample(77), name: "missing")
      vm.spec.disks = [DiskSpec(target: "vda", source: .overlay(missing), size: .gibibytes(1))]
      #expect(throws: FleetError.self) { try transaction.insertVM(vm) }
      #expect(throws: FleetError.self) { try transaction.replacePort(of: .sample(1), with: 5902, at: .sample) }
      #expect(throws: FleetError.self) { try transaction.replacePort(of: .sample(1), with: 70_000, at: .sample) }
    }
    try await fleet.store.read { reader throws in
      #expect(try reader.vm(.sample(3)) == nil)
      #expect(try reader.vm(.sample(1)) == .numbered(1))
      #expect(try reader.portHolder(5901)?.vm == "vm-1")
    }
  }

  @Test("a VM can't be kept without the addresses it names, nor an address without its VM")
  func addressesBelongTogether() async throws {
    let fleet = try await TemporaryFleet()
    let withoutAddresses = await refusal { try await fleet.store.commit { try $0.insertVM(.numbered(1)) } }
    #expect(withoutAddresses?.code == .precondition)
    let withoutVM = await refusal {
      try await fleet.store.commit {
        try $0.allocateMAC(.numbered(1), to: .numbered(1), source: "pool", at: .sample)
      }
    }
    #expect(withoutVM?.code == .precondition)
    #expect(try await fleet.store.read { try $0.macEntries(includeRetired: true) } == [])
  }

  @Test("changes that are asked for at once happen one after the other")
  func serialises() async throws {
    let fleet = try await TemporaryFleet()
    let store = fleet.store
    let epochs = try await withThrowingTaskGroup(of: Int64.self) { group in
      for _ in 0..<100 { group.addTask { try await store.commit { try $0.beginEpoch() } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(epochs.sorted() == Array(1...100))
  }

  @Test("of fifty VMs asked for at once, exactly those that fit are made")
  func race() async throws {
    let capacity = HostCapacity(vcpus: 40, memory: .gibibytes(1000), disk: .zero)
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: capacity)])
    let refusals = await withTaskGroup(of: FleetError?.self) { group in
      for number in 1...50 {
        group.addTask {
          do {
            try await fleet.create(.numbered(number))
            return nil
          } catch { return error as? FleetError ?? FleetError(.internal, "\(error)") }
        }
      }
      return await group.reduce(into: [FleetError]()) { if let error = $1 { $0.append(error) } }
    }
    #expect(refusals.count == 10)
    #expect(refusals.allSatisfy { $0.code == .noHostFits && $0.refusals.first?.rule == "vcpus" })
    try await fleet.store.read { reader throws in
      #expect(try reader.vms().count == 40)
      #expect(try reader.heldPorts().count == 40)
      #expect(try reader.macEntries(includeRetired: true).count == 40)
      #expect(try reader.lastEventNumber() == 40)
    }
  }

  @Test("a change is not cancelled with the task that asked for it")
  func cancellation() async throws {
    let fleet = try await TemporaryFleet()
    let store = fleet.store
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await store.commit { try $0.beginEpoch() }
    }
    #expect(try await task.value == 1)
    #expect(try await store.read { try $0.fleet().epoch } == 1)
  }

  @Test("a reader sees one moment while changes go on")
  func snapshot() async throws {
    let fleet = try await TemporaryFleet()
    let store = fleet.store
    let (begun, changed) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
    async let seen = store.read { reader in
      let before = try reader.fleet().epoch
      begun.continuation.yield()
      let isChanged = changed.wait(timeout: .now() + 20) == .success
      return (before, try reader.fleet().epoch, isChanged)
    }
    for await _ in begun.stream { break }
    #expect(try await store.commit { try $0.beginEpoch() } == 1)
    changed.signal()
    let (before, after, isChanged) = try await seen
    #expect(isChanged)
    #expect(before == 0)
    #expect(after == 0)
    #expect(try await store.read { try $0.fleet().epoch } == 1)
  }

  @Test("the writer synchronises fully, logs ahead and watches foreign keys")
  func pragmas() async throws {
    let fleet = try await TemporaryFleet()
    let values = try await fleet.store.pragmas(["synchronous", "foreign_keys", "recursive_triggers", "journal_mode"])
    #expect(values == ["2", "1", "1", "wal"])
  }

  @Test("a closed store's file is whole by itself, and the store refuses with an error")
  func closed() async throws {
    let fleet = try await TemporaryFleet()
    #expect(try await fleet.store.read { try $0.fleet() } == .sample)
    try fleet.store.close()
    let log = FileManager.default.contents(atPath: fleet.directory + "/fleet.sqlite-wal")
    #expect(log?.isEmpty != false)
    let copy = fleet.directory + "/copy.sqlite"
    try FileManager.default.copyItem(atPath: fleet.directory + "/fleet.sqlite", toPath: copy)
    let opened = try FleetStore.open(at: copy)
    #expect(try await opened.read { try $0.fleet() } == .sample)
    try opened.close()
    #expect(await refusal { try await fleet.store.commit { try $0.beginEpoch() } }?.code == .internal)
    #expect(await refusal { _ = try await fleet.store.read { try $0.fleet() } }?.code == .internal)
  }
}
