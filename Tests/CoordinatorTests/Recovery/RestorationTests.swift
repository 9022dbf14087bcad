import Fleet
import FleetTestKit
import Foundation
import SimulationKit
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
