package import Coordinator
import Fleet
package import FleetTestKit
import Foundation
import Logging
package import Store

/// A real coordinator on loopback, in a directory of its own.
package actor TestCoordinator {
  package nonisolated let directory: DataDirectory
  package nonisolated let clock: ManualClock
  package nonisolated let random = SeededRandomSource(seed: 7)
  package nonisolated let fleet: FleetRecord
  package nonisolated let transports: TestTransports
  private var context: Task<Void, any Error>?

  private init(daysAgo: Int64, in path: String?) throws {
    directory = DataDirectory(path: path ?? "/tmp/roost-\(UUID().uuidString.prefix(13))")
    // TLS compares certificates with the system's own time.
    clock = ManualClock(Timestamp(seconds: Int64(Date().timeIntervalSince1970) - daysAgo * 86400))
    let port = PortPair.take()
    fleet = try FleetInitializer(directory: directory, clock: clock, random: random).initialize(
      name: "test", listen: ListenAddress(host: "127.0.0.1", port: port))
    transports = TestTransports(
      socket: directory.socket, port: port,
      authorityPEM: try String(contentsOfFile: directory.authorityCertificate, encoding: .utf8))
  }

  /// Runs a test against a serving coordinator, and clears everything away after it.
  /// - Parameters:
  ///   - daysAgo: how far in the past its clock begins.
  ///   - path: where its directory is made; nil for a place of its own.
  package static func with(
    daysAgo: Int64 = 0, in path: String? = nil, _ body: (TestCoordinator) async throws -> Void
  ) async throws {
    let coordinator = try TestCoordinator(daysAgo: daysAgo, in: path)
    defer { try? FileManager.default.removeItem(atPath: coordinator.directory.path) }
    try await coordinator.start()
    do {
      try await body(coordinator)
    } catch {
      await coordinator.stop()
      throw error
    }
    await coordinator.stop()
  }

  /// Begins to serve; returns when every listener is open.
  package func start() async throws {
    let (opened, open) = AsyncStream.makeStream(of: Void.self)
    var logger = Logger(label: "coordinator")
    logger.logLevel = .critical
    let coordinator = Coordinator(directory: directory, clock: clock, random: random, logger: logger) { open.yield() }
    let task = Task {
      defer { open.finish() }
      try await coordinator.run()
    }
    context = task
    for await _ in opened { return }
    try await task.value
  }

  /// Stops at once.
  package func stop() async {
    context?.cancel()
    _ = await context?.result
    context = nil
  }

  /// Stops at once and serves again.
  package func restart() async throws {
    await stop()
    try await start()
  }

  /// Asks the database itself.
  package nonisolated func stored<Value: Sendable>(
    _ body: @Sendable @escaping (FleetSnapshotReader) throws -> Value
  ) async throws -> Value {
    let store = try FleetStore.open(at: directory.database)
    let value = try await store.read(body)
    try store.close()
    return value
  }
}
