import Dispatch
import Fleet
import FleetTestKit
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

@Suite("Changes that share a transaction")
struct CommitQueueTests {
  /// Room for all VMs of a test.
  private static let large = HostCapacity(vcpus: 99, memory: .gibibytes(999), disk: .zero)

  /// Counts the commits, and lets the first `failing` of them fail.
  private final class Commits: TransactionObserver, Sendable {
    let count = Mutex(0)
    let failing: Mutex<Int>

    init(failing: Int = 0) { self.failing = Mutex(failing) }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
      let fails = failing.withLock { left in
        left -= 1
        return left >= 0
      }
      if fails { throw DatabaseError(resultCode: .SQLITE_FULL, message: "the disk is full") }
    }
    func databaseDidCommit(_ database: Database) { count.withLock { $0 += 1 } }
    func databaseDidRollback(_ database: Database) {}
  }

  /// Makes changes that wait behind one that holds the writer, in this order; gives what became of each.
  private static func together(
    _ store: FleetStore, _ changes: [@Sendable (FleetTransaction) throws -> Void]
  ) async throws -> [FleetError?] {
    let (held, free) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
    async let holder: Void = store.commit { transaction in
      try transaction.advanceMACCursor(to: 1)
      held.continuation.yield()
      _ = free.wait(timeout: .now() + 20)
    }
    for await _ in held.stream { break }
    let outcomes = try await withThrowingTaskGroup(of: (Int, FleetError?).self) { group in
      for (index, change) in changes.enumerated() {
        group.addTask {
          do throws(FleetError) {
            try await store.commit(change)
            return (index, nil)
          } catch { return (index, error) }
        }
      }
      try await eventually("all wait") { store.waitingChanges == changes.count }
      free.signal()
      return try await group.reduce(into: [FleetError?](repeating: nil, count: changes.count)) { $0[$1.0] = $1.1 }
    }
    try await holder
    return outcomes
  }

  @Test("one that fails is rolled back alone, the others share one flush")
  func failsAlone() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: Self.large)])
    let commits = Commits()
    fleet.store.pool.add(transactionObserver: commits, extent: .databaseLifetime)
    var changes = (1...20).map { number in
      { @Sendable (transaction: FleetTransaction) throws in try transaction.create(.numbered(number)) }
    }
    changes[4] = { transaction in
      try transaction.create(.numbered(5))
      throw FleetError(.exhausted, "no more")
    }
    // A VM without its addresses breaks a rule that SQLite checks at the end of a transaction.
    changes[9] = { try $0.insertVM(.numbered(10)) }
    let outcomes = try await Self.together(fleet.store, changes)
    #expect(outcomes[4]?.code == .exhausted)
    #expect(outcomes[9]?.code == .precondition)
    #expect(outcomes.count { $0 != nil } == 2)
    #expect(commits.count.withLock { $0 } == 2)
    try await fleet.store.read { reader throws in
      let names = Set(try reader.vms().map(\.spec.name))
      #expect(names == Set((1...20).filter { $0 != 5 && $0 != 10 }.map { "vm-\($0)" }))
      #expect(try reader.lastEventNumber() == 18)
    }
  }

  @Test("if the flush of several fails each is made again, alone")
  func flushFails() async throws {
    let fleet = try await TemporaryFleet()
    // The change that holds the writer, then the group, then the first change alone.
    let commits = Commits(failing: 3)
    fleet.store.pool.add(transactionObserver: commits, extent: .databaseLifetime)
    let outcome = await refusal { try await fleet.store.commit { try $0.advanceMACCursor(to: 1) } }
    #expect(outcome?.message.contains("full") == true)
    commits.failing.withLock { $0 = 0 }
    let held = Mutex(false)
    let outcomes = try await Self.together(
      fleet.store,
      [
        { transaction in
          try transaction.create(.numbered(1))
          // Once: the group's flush fails, and this change alone.
          if !held.withLock({ was in (was, was = true).0 }) { commits.failing.withLock { $0 = 2 } }
        }, { try $0.create(.numbered(2)) }, { try $0.create(.numbered(3)) },
      ])
    // Which of them was first is left to chance.
    #expect(outcomes.compactMap { $0?.retryable } == [true])
    let made = (1...3).filter { outcomes[$0 - 1] == nil }.map { "vm-\($0)" }
    #expect(try await fleet.store.read { try $0.vms().map(\.spec.name).sorted() } == made)
  }

  @Test("whoever follows while changes wait gets all that are committed from then on")
  func followedLate() async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: Self.large)])
    let store = fleet.store
    let late = Mutex<CommitFollower?>(nil)
    let outcomes = try await Self.together(
      store,
      [
        { try $0.create(.numbered(1)) },
        { transaction in
          try transaction.create(.numbered(2))
          late.withLock { $0 = $0 ?? store.follow {} }
        }, { try $0.create(.numbered(3)) },
      ])
    #expect(outcomes.allSatisfy { $0 == nil })
    let rows = try #require(late.withLock { $0 }).take()
    #expect(rows.vms.count == 3, "all three share a transaction, which ends after the follower came")
    try await store.commit { try $0.create(.numbered(4)) }
    #expect(try #require(late.withLock { $0 }).take().vms.count == 1)
  }

  @Test("more than one group's worth is made, in order")
  func manyGroups() async throws {
    let fleet = try await TemporaryFleet()
    let store = fleet.store
    let epochs = try await withThrowingTaskGroup(of: Int64.self) { group in
      for _ in 0..<(CommitQueue.groupLimit * 5 + 3) { group.addTask { try await store.commit { try $0.beginEpoch() } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(epochs.sorted() == Array(1...Int64(CommitQueue.groupLimit * 5 + 3)))
    #expect(store.waitingChanges == 0)
  }

  @Test("wherever it is killed within a group, what was acknowledged is there", arguments: 1...8)
  func killed(at point: Int) async throws {
    let fleet = try await TemporaryFleet(hosts: [.sample(capacity: Self.large)])
    try fleet.store.close()
    let (path, acknowledged) = (fleet.path, fleet.directory + "/acknowledged")
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, acknowledged = acknowledged as String, point = point as Int] in
      let store = try FleetStore.open(at: path)
      let file = open(acknowledged, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      await withTaskGroup(of: Void.self) { group in
        for number in 1...12 {
          group.addTask {
            let done: Void? = try? await store.commit { transaction in
              try transaction.create(.numbered(number))
              if number == point { _ = kill(getpid(), SIGKILL) }
            }
            guard done != nil else { return }
            let line = "vm-\(number)\n"
            _ = write(file, line, line.utf8.count)
          }
        }
      }
    }
    let lines =
      (try? String(contentsOfFile: acknowledged, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    let store = try FleetStore.open(at: path)
    let names = Set(try await store.read { try $0.vms().map(\.spec.name) })
    #expect(names.isSuperset(of: lines))
    #expect(!names.contains("vm-\(point)"))
    try await store.read { reader throws in
      #expect(try reader.macEntries(includeRetired: true).count == names.count)
      #expect(try reader.lastEventNumber() == Int64(names.count))
    }
    try store.close()
  }
}
