import Agent
package import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

/// What happens to a connection that a host keeps.
package enum LinkChange: Sendable {
  /// It is being made.
  case begun
  /// The coordinator has answered hello, so long after the connection was begun.
  case welcomed(after: Duration)
  /// It has ended; `byHost` if the host itself cut it.
  case ended(byHost: Bool)
}

/// The connection that a host makes anew whenever it ends, and what it reports over it.
struct KeptConnection {
  var connection: Task<Void, Never>?
  var reports: Task<Void, Never>?
  var isCut = false
  /// How often it has reported its figures, from which they grow.
  var measurements: UInt64 = 0
}

extension FakeAgent {
  /// Keeps one connection as an agent does, until the task is cancelled: hello, figures and digests when the welcome
  /// says, actions answered, and a new connection after an agent's pause.
  package nonisolated func keepConnected(
    clock: any WallClock, random: any RandomSource, noting note: @Sendable @escaping (LinkChange) -> Void
  ) async {
    var backoff = Backoff(random: random)
    while !Task.isCancelled {
      let begun = clock.now()
      await keepOnce(clock, note)
      let now = clock.now()
      if now.seconds(since: begun) > 30 { backoff.reset() }
      try? await Task.sleep(for: backoff.pause(at: now))
    }
  }

  /// Cuts the connection that is kept; a new one follows.
  package func cut() {
    kept.isCut = true
    kept.connection?.cancel()
  }

  private func keepOnce(_ clock: any WallClock, _ note: @Sendable @escaping (LinkChange) -> Void) async {
    guard let transport = try? transports.link(credentials) else { return }
    let (hello, begun) = (hello, ContinuousClock.now)
    kept.isCut = false
    note(.begun)
    let connection = Task { () -> Void in
      try? await withGRPCClient(transport: transport) { client in
        try await serve(client, hello) { welcome in
          note(.welcomed(after: ContinuousClock.now - begun))
          await self.report(each: welcome.statisticsSeconds, digestsEach: welcome.digestSeconds, clock)
        }
      }
    }
    kept.connection = connection
    openConnections += 1
    await withTaskCancellationHandler {
      await connection.value
    } onCancel: {
      connection.cancel()
    }
    openConnections -= 1
    kept.reports?.cancel()
    kept.reports = nil
    kept.connection = nil
    posts = []
    note(.ended(byHost: kept.isCut || Task.isCancelled))
  }

  private func report(each seconds: UInt32, digestsEach digestSeconds: UInt32, _ clock: any WallClock) {
    kept.reports?.cancel()
    kept.reports = Task {
      await withDiscardingTaskGroup { group in
        group.addTask { await self.repeating(seconds) { await self.sendFigures(at: clock.now()) } }
        group.addTask { await self.repeating(digestSeconds) { await self.sendDigest() } }
      }
    }
  }

  private nonisolated func repeating(_ seconds: UInt32, _ body: () async -> Void) async {
    while true {
      do { try await Task.sleep(for: .seconds(Int64(max(1, seconds)))) } catch { return }
      await body()
    }
  }

  /// A sign of life and the figures of all domains that run, which grow with each report.
  private func sendFigures(at now: Timestamp) {
    kept.measurements += 1
    let step = kept.measurements
    let figures = domains.values.filter { $0.state == .running }.map { domain in
      DomainStatistics(
        id: domain.id, cpuTimeNanoseconds: step &* 500_000_000, memoryUsed: .mebibytes(512),
        blockReadBytes: step &* 40_960, blockWriteBytes: step &* 81_920, netReceivedBytes: step &* 12_345,
        netSentBytes: step &* 6_789)
    }
    let report = UsageReport(at: now, load: 1.5, memoryFree: .gibibytes(8), domains: figures)
    send(.libvirt(LibvirtState(isConnected: true, since: .sample).message))
    send(.statistics(report.message))
  }

  private func sendDigest() {
    let digests = domains.values.reduce(into: [String: UInt64]()) { $0[$1.id.description] = $1.digest }
    send(.digest(.with { $0.domains = digests }))
  }
}
