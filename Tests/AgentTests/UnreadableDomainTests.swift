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
  private func book() async throws -> (FakeHypervisor, DomainBook) {
    let hypervisor = FakeHypervisor()
    hypervisor.edit { state in
      for number in 1...3 as ClosedRange<UInt64> {
        state.domains[.sample(number)] = .unmanaged("pet-\(number)", id: .sample(number))
      }
    }
    let book = DomainBook(hypervisor: hypervisor, clock: ManualClock())
    try await book.lookAtAll()
    return (hypervisor, book)
  }

  @Test("a domain that can't be read stands as it was last seen, with since when and why, and hides no other")
  func looksAtAll() async throws {
    let (hypervisor, book) = try await book()
    hypervisor.edit {
      $0.unreadable[.sample(2)] = Self.failure
      $0.domains[.sample(2)]?.state = .stopped
      $0.domains[.sample(3)]?.state = .stopped
    }
    let delta = try await told { try await book.lookAtAll($0) }
    #expect(delta.changed.map(\.name) == ["pet-2", "pet-3"] && delta.removed.isEmpty)
    #expect(delta.changed[0].state == .running && delta.changed[0].unread?.reason == Self.failure.message)
    #expect(delta.changed[1].state == .stopped && delta.changed[1].unread == nil)
    // What is told once is not told again, however the reason reads the next time.
    hypervisor.edit { $0.unreadable[.sample(2)] = FleetError(.timedOut, "it has not returned") }
    #expect(try await told { try await book.lookAtAll($0) }.isEmpty)
    hypervisor.edit { $0.unreadable = [:] }
    let back = try await told { try await book.lookAtAll($0) }
    #expect(back.changed.map(\.state) == [.stopped] && back.changed[0].unread == nil)
  }

  @Test("of a batch of changes those are told that can be read, before and after one that can't")
  func partialDelta() async throws {
    let (hypervisor, book) = try await book()
    hypervisor.edit {
      for number in 1...3 as ClosedRange<UInt64> { $0.domains[.sample(number)]?.state = .paused }
      $0.unreadable[.sample(2)] = Self.failure
    }
    let delta = await told { await book.look(at: [.sample(1), .sample(2), .sample(3)], $0) }
    #expect(delta.changed.map(\.state) == [.paused, .running, .paused])
    #expect(delta.changed.map { $0.unread != nil } == [false, true, false])
    #expect(try await told { try await book.lookAtAll($0) }.isEmpty)
  }

  @Test("what libvirt's going away keeps from being told does not count as told")
  func awayInBatch() async throws {
    let (hypervisor, book) = try await book()
    hypervisor.edit {
      for number in 1...3 as ClosedRange<UInt64> { $0.domains[.sample(number)]?.state = .paused }
      $0.unreadable[.sample(2)] = FleetError(.unreachable, "libvirt is away", retryable: true)
    }
    let delta = await told { await book.look(at: [.sample(1), .sample(2), .sample(3)], $0) }
    #expect(delta.changed.map(\.name) == ["pet-1"])
    hypervisor.edit { $0.unreadable = [:] }
    #expect(try await told { try await book.lookAtAll($0) }.changed.map(\.name) == ["pet-2", "pet-3"])
  }

  @Test("that libvirt is back is told after all it has, with which connection told it")
  func inventoryFirst() async throws {
    let bench = try await Bench()
    let (reporter, outbox) = try reporter(bench)
    let watching = Task { await reporter.watch() }
    defer { watching.cancel() }
    bench.hypervisor.edit {
      $0.domains[.sample(1)] = .unmanaged("pet", id: .sample(1))
      $0.libvirt = LibvirtState(isConnected: true, since: Timestamp(seconds: 7))
    }
    bench.hypervisor.changes.note {
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

  @Test("domains that can't be listed are told as such, and no digest says that they are as they were")
  func digestFailure() async throws {
    let bench = try await Bench()
    bench.hypervisor.edit { $0.failures["domains"] = FleetError(.timedOut, "\"list\" does not return") }
    let (reporter, outbox) = try reporter(bench)
    await reporter.sendDigest()
    outbox.close()
    var seen: [Roost_V1_AgentMessage] = []
    for await message in outbox.messages { seen.append(message) }
    #expect(seen.first?.digest.failure == "\"list\" does not return" && seen.first?.digest.domains.isEmpty == true)
    #expect(seen.count == 2 && seen[1].libvirt.connected)
  }

  private func reporter(_ bench: Bench) throws -> (Reporter, Outbox) {
    let outbox = Outbox()
    return (Reporter(parts: try bench.parts(), outbox: outbox), outbox)
  }
}
