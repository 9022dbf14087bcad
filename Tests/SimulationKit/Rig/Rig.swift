package import Coordinator
import Fleet
package import FleetTestKit
import Foundation
import Logging
package import Store

/// A real coordinator on loopback, in a directory of its own.
package actor Rig {
  package nonisolated let directory: DataDirectory
  package nonisolated let clock: ManualClock
  package nonisolated let random = SeededRandomSource(seed: 7)
  package nonisolated let fleet: FleetRecord
  package nonisolated let wire: Wire
  private var office: Task<Void, any Error>?

  private init(daysAgo: Int64, in path: String?) throws {
    directory = DataDirectory(path: path ?? "/tmp/roost-\(UUID().uuidString.prefix(13))")
    // TLS compares certificates with the system's own time.
    clock = ManualClock(Timestamp(seconds: Int64(Date().timeIntervalSince1970) - daysAgo * 86400))
    let port = PortPair.take()
    fleet = try Founding(directory: directory, clock: clock, random: random).found(
      name: "test", listen: ListenAddress(host: "127.0.0.1", port: port))
    wire = Wire(
      socket: directory.socket, port: port,
      authorityPEM: try String(contentsOfFile: directory.authorityCertificate, encoding: .utf8))
  }

  /// Runs a test against a coordinator in office, and clears everything away after it.
  /// - Parameters:
  ///   - daysAgo: how far in the past its clock begins.
  ///   - path: where its directory is made; nil for a place of its own.
  package static func with(
    daysAgo: Int64 = 0, in path: String? = nil, _ body: (Rig) async throws -> Void
  ) async throws {
    let rig = try Rig(daysAgo: daysAgo, in: path)
    defer { try? FileManager.default.removeItem(atPath: rig.directory.path) }
    try await rig.start()
    do {
      try await body(rig)
    } catch {
      await rig.stop()
      throw error
    }
    await rig.stop()
  }

  /// Takes office; returns when every door is open.
  package func start() async throws {
    let (opened, open) = AsyncStream.makeStream(of: Void.self)
    var logger = Logger(label: "coordinator")
    logger.logLevel = .critical
    let coordinator = Coordinator(directory: directory, clock: clock, random: random, logger: logger) { open.yield() }
    let task = Task {
      defer { open.finish() }
      try await coordinator.run()
    }
    office = task
    for await _ in opened { return }
    try await task.value
  }

  /// Ends office at once.
  package func stop() async {
    office?.cancel()
    _ = await office?.result
    office = nil
  }

  /// Ends office at once and takes it again.
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
