import Foundation
import Libvirt
import Synchronization
import Testing

@Suite("A pool of threads for blocking calls")
struct CallPoolTests {
  struct Fault: Error, Equatable {}

  @Test("results and errors reach the caller")
  func results() async throws {
    let pool = try CallPool(name: "t-results", clock: ContinuousClock())
    #expect(try await pool.run("six") { 6 } == 6)
    await #expect(throws: Fault()) { try await pool.run("fault") { throw Fault() } }
    #expect(try await pool.run("seven", within: .seconds(60)) { 7 } == 7)
    #expect(pool.load == .init(threads: 3, running: 0, waiting: 0, stuck: []))
  }

  @Test("no more calls run at once than there are threads")
  func limit() async throws {
    let pool = try CallPool(name: "t-limit", clock: ContinuousClock())
    let gate = Gate()
    let crowd = Crowd()
    try await withThrowingTaskGroup { group in
      for index in 0..<12 {
        group.addTask {
          try await pool.run("call \(index)") {
            crowd.enter()
            gate.pass()
            crowd.leave()
          }
        }
      }
      #expect(await eventually { pool.load.running == 3 && pool.load.waiting == 9 })
      gate.open()
      try await group.waitForAll()
    }
    #expect(crowd.most == 3)
  }

  @Test("a full queue refuses at once and names the call")
  func full() async throws {
    let pool = try CallPool(name: "t-full", threads: 1, queueLimit: 1, clock: ContinuousClock())
    let gate = Gate()
    let first = Task { try await pool.run("first") { gate.pass() } }
    #expect(await eventually { pool.load.running == 1 })
    let second = Task { try await pool.run("second") { gate.pass() } }
    #expect(await eventually { pool.load.waiting == 1 })
    await #expect(throws: CallPoolError.queueFull(call: "third", limit: 1)) {
      try await pool.run("third") {}
    }
    gate.open()
    try await first.value
    try await second.value
    try await pool.run("fourth") {}
  }

  @Test("a stuck call is given up, named and counted, and counts no more when it ends")
  func stuck() async throws {
    let pool = try CallPool(name: "t-stuck", threads: 2, clock: ContinuousClock())
    let gate = Gate()
    let limit = Duration.milliseconds(30)
    await #expect(throws: CallPoolError.timedOut(call: "dump web-1", after: limit, stuck: 1, threads: 2)) {
      try await pool.run("dump web-1", within: limit) { gate.pass() }
    }
    #expect(pool.load == .init(threads: 2, running: 1, waiting: 0, stuck: ["dump web-1"]))
    // The other thread still serves.
    #expect(try await pool.run("ping") { true })
    await #expect(throws: CallPoolError.timedOut(call: "dump web-2", after: limit, stuck: 2, threads: 2)) {
      try await pool.run("dump web-2", within: limit) { gate.pass() }
    }
    gate.open()
    #expect(await eventually { pool.load.stuck.isEmpty && pool.load.running == 0 })
    #expect(try await pool.run("ping") { true })
  }

  @Test("a call that found no thread in time never starts")
  func neverStarts() async throws {
    let pool = try CallPool(name: "t-never", threads: 1, clock: ContinuousClock())
    let gate = Gate()
    let first = Task { try await pool.run("first") { gate.pass() } }
    #expect(await eventually { pool.load.running == 1 })
    let crowd = Crowd()
    let limit = Duration.milliseconds(30)
    await #expect(throws: CallPoolError.timedOut(call: "late", after: limit, stuck: 0, threads: 1)) {
      try await pool.run("late", within: limit) { crowd.enter() }
    }
    #expect(pool.load.waiting == 0)
    gate.open()
    try await first.value
    try await pool.run("after") {}
    #expect(crowd.most == 0)
  }

  @Test("a cancelled caller is let go at once")
  func cancelled() async throws {
    let pool = try CallPool(name: "t-cancel", threads: 1, clock: ContinuousClock())
    let gate = Gate()
    let caller = Task { try await pool.run("slow") { gate.pass() } }
    #expect(await eventually { pool.load.running == 1 })
    caller.cancel()
    await #expect(throws: CancellationError.self) { try await caller.value }
    #expect(pool.load.stuck == ["slow"])
    gate.open()
    #expect(await eventually { pool.load.stuck.isEmpty })
  }

  @Test("a closed pool refuses, lets waiting callers go and ends its threads")
  func closed() async throws {
    let pool = try CallPool(name: "t-closed", threads: 1, clock: ContinuousClock())
    let gate = Gate()
    let running = Task { try await pool.run("running") { gate.pass() } }
    #expect(await eventually { pool.load.running == 1 })
    let waiting = Task { try await pool.run("waiting") {} }
    #expect(await eventually { pool.load.waiting == 1 })
    pool.close()
    await #expect(throws: CallPoolError.closed(call: "waiting")) { try await waiting.value }
    await #expect(throws: CallPoolError.closed(call: "late")) { try await pool.run("late") {} }
    gate.open()
    try await running.value
    #expect(await eventually { Self.threads(named: "t-closed") == 0 })
  }

  @Test("the threads end with the pool")
  func freed() async throws {
    do {
      let pool = try CallPool(name: "t-freed", clock: ContinuousClock())
      #expect(await eventually { Self.threads(named: "t-freed") == 3 })
      try await pool.run("ping") {}
    }
    #expect(await eventually { Self.threads(named: "t-freed") == 0 })
  }

  /// Counts who is inside at once.
  private final class Crowd: Sendable {
    private let inside = Mutex((now: 0, most: 0))

    var most: Int { inside.withLock { $0.most } }

    func enter() {
      inside.withLock { inside in
        inside.now += 1
        inside.most = max(inside.most, inside.now)
      }
    }

    func leave() { inside.withLock { $0.now -= 1 } }
  }

  private static func threads(named name: String) -> Int {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return tasks.filter { task in
      let comm = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
      return comm?.trimmingCharacters(in: .whitespacesAndNewlines) == name
    }.count
  }
}
