import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import Logging
import Store

@testable import Coordinator

/// A real coordinator on loopback, in a directory of its own.
actor Rig {
  nonisolated let directory: DataDirectory
  nonisolated let clock: ManualClock
  nonisolated let random = SeededRandomSource(seed: 7)
  nonisolated let fleet: FleetRecord
  nonisolated let wire: Wire
  private var office: Task<Void, any Error>?

  private init() throws {
    directory = DataDirectory(path: "/tmp/roost-\(UUID().uuidString.prefix(13))")
    // TLS compares certificates with the system's own time.
    clock = ManualClock(Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
    let port = PortPair.take()
    fleet = try Founding(directory: directory, clock: clock, random: random).found(
      name: "test", listen: ListenAddress(host: "127.0.0.1", port: port))
    wire = Wire(
      socket: directory.socket, port: port, authorityPEM: try directory.read(directory.authorityCertificate))
  }

  /// Runs a test against a coordinator in office, and clears everything away after it.
  static func with(_ body: (Rig) async throws -> Void) async throws {
    let rig = try Rig()
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
  func start() async throws {
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
  func stop() async {
    office?.cancel()
    _ = await office?.result
    office = nil
  }

  /// Ends office at once and takes it again.
  func restart() async throws {
    await stop()
    try await start()
  }

  /// Asks the database itself.
  nonisolated func stored<Value: Sendable>(
    _ body: @Sendable @escaping (FleetSnapshotReader) throws -> Value
  ) async throws -> Value {
    let store = try FleetStore.open(at: directory.database)
    let value = try await store.read(body)
    try store.close()
    return value
  }
}
