import Fleet
import FleetTestKit
import SimulationKit
import Synchronization
import Testing

@testable import Agent

@Suite("An image directory on a share whose server is gone")
struct DeadShareTests {
  @Test("the facts say since when it does not answer, and the host is as large as it was")
  func facts() async throws {
    let clock = ManualClock()
    let isDead = Mutex(false)
    let space: @Sendable (String) async throws -> (size: Memory, free: Memory)? = { _ in
      guard isDead.withLock({ !$0 }) else { throw FleetError(.timedOut, "it does not answer", retryable: true) }
      return (.gibibytes(100), .gibibytes(50))
    }
    let reader = FactsReader(
      hypervisor: FakeHypervisor(), kernel: KernelFiles(), configuration: AgentConfiguration(), uri: "test:///default",
      trust: HostTrustReader(file: TrustFile("/nonexistent/host.toml"), imageDirectory: "/nonexistent"), clock: clock,
      space: space)
    let alive = await reader.read(last: nil, checks: [], kvmUsable: false)
    #expect(alive.imageDirectoryProblem.isEmpty && alive.capacity.disk == .gibibytes(100))
    isDead.withLock { $0 = true }
    let dead = await reader.read(last: alive, checks: [], kvmUsable: false)
    #expect(dead.imageDirectoryProblem.contains("does not answer since \(clock.now())"))
    #expect(dead.capacity.disk == .gibibytes(100))
    clock.advance(seconds: 600)
    let still = await reader.read(last: dead, checks: [], kvmUsable: false)
    #expect(still.imageDirectoryProblem == dead.imageDirectoryProblem)
    isDead.withLock { $0 = false }
    #expect(await reader.read(last: still, checks: [], kvmUsable: false).imageDirectoryProblem.isEmpty)
  }
}

@Suite("Words of progress")
struct ProgressListenersTests {
  @Test("they are heard in the order in which they were said, by those who came later too")
  func order() {
    let listeners = ProgressListeners { _, _ in }
    let heard = Mutex<[Double]>([])
    listeners.add { _, fraction in heard.withLock { $0.append(fraction ?? -1) } }
    for step in 0..<100 { listeners.tell("fetch", Double(step)) }
    #expect(heard.withLock { $0 } == (0..<100).map(Double.init))
  }
}
