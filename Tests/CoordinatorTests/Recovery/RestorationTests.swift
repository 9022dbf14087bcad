import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Store
import Testing

@testable import Coordinator

@Suite("Putting a backup in the place of the database")
struct RestorationTests {
  @Test("it is refused beside a coordinator, over a database, and for a foreign backup")
  func refusals() async throws {
    try await TestCoordinator.with { coordinator in
      try await coordinator.backup(to: coordinator.backupPath)
      #expect(
        await refusal(coordinator, coordinator.backupPath, movesAside: true)?.message.contains("already runs") == true)
      await coordinator.stop()
      let before = try Data(contentsOf: URL(filePath: coordinator.directory.database))
      #expect(await refusal(coordinator, coordinator.backupPath)?.code == .conflict)
      #expect(await refusal(coordinator, coordinator.directory.path + "/nothing", movesAside: true)?.code == .notFound)
      #expect(
        await refusal(coordinator, coordinator.directory.authorityCertificate, movesAside: true)?.code == .internal)
      let other = DataDirectory(path: coordinator.directory.path + "-other")
      defer { try? FileManager.default.removeItem(atPath: other.path) }
      _ = try FleetInitializer(directory: other, clock: coordinator.clock, random: coordinator.random).initialize(
        name: "other", listen: ListenAddress(host: "127.0.0.1", port: 7440))
      #expect(await refusal(coordinator, other.database, movesAside: true)?.message.contains("of the fleet") == true)
      #expect(try Data(contentsOf: URL(filePath: coordinator.directory.database)) == before)
      let names = try FileManager.default.contentsOfDirectory(atPath: coordinator.directory.path)
      #expect(!names.contains { $0.hasPrefix("restored-") })
    }
  }

  @Test("no join token survives, not even in a backup made while settling")
  func tokens() async throws {
    try await TestCoordinator.with { coordinator in
      await coordinator.stop()
      let restoration = DatabaseRestorer(
        directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
      let copy = coordinator.directory.path + "/copy.db"
      let store = try FleetStore.open(at: coordinator.directory.database)
      let now = coordinator.clock.now()
      try await store.commit { try $0.settle(at: now, reason: "a test") }
      try await store.commit { transaction in
        try transaction.insertToken(
          id: .sample(701), secretHash: String(repeating: "a", count: 64), hostName: nil,
          expiresAt: now.adding(seconds: 600), createdAt: now)
      }
      try await store.backup(to: copy)
      try store.close()
      _ = try await restoration.restore(copy, movesAside: true)
      let restored = try FleetStore.open(at: coordinator.directory.database)
      let tokens = try await restored.read { try $0.tokens() }
      #expect(tokens.count == 1 && tokens.allSatisfy { $0.revokedAt != nil })
      try restored.close()
    }
  }

  private func refusal(_ coordinator: TestCoordinator, _ file: String, movesAside: Bool = false) async -> FleetError? {
    let restoration = DatabaseRestorer(
      directory: coordinator.directory, clock: coordinator.clock, random: coordinator.random)
    do {
      _ = try await restoration.restore(file, movesAside: movesAside)
      return nil
    } catch {
      return error as? FleetError
    }
  }
}
