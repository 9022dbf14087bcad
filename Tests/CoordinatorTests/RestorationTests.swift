import Fleet
import FleetTestKit
import Foundation
import SimulationKit
import Testing

@testable import Coordinator

@Suite("Putting a backup in the place of the database")
struct RestorationTests {
  @Test("it is refused while a coordinator runs, over a database, and for what is no backup of this fleet")
  func refusals() async throws {
    try await Rig.with { rig in
      try await rig.backup(to: rig.backupPath)
      #expect(await refusal(rig, rig.backupPath, movesAside: true)?.message.contains("already runs") == true)
      await rig.stop()
      let before = try Data(contentsOf: URL(filePath: rig.directory.database))
      #expect(await refusal(rig, rig.backupPath)?.code == .conflict)
      #expect(await refusal(rig, rig.directory.path + "/nothing", movesAside: true)?.code == .notFound)
      #expect(await refusal(rig, rig.directory.authorityCertificate, movesAside: true)?.code == .internal)
      let other = DataDirectory(path: rig.directory.path + "-other")
      defer { try? FileManager.default.removeItem(atPath: other.path) }
      _ = try Founding(directory: other, clock: rig.clock, random: rig.random).found(
        name: "other", listen: ListenAddress(host: "127.0.0.1", port: 7440))
      #expect(await refusal(rig, other.database, movesAside: true)?.message.contains("of the fleet") == true)
      #expect(try Data(contentsOf: URL(filePath: rig.directory.database)) == before)
      let names = try FileManager.default.contentsOfDirectory(atPath: rig.directory.path)
      #expect(!names.contains { $0.hasPrefix("restored-") })
    }
  }

  private func refusal(_ rig: Rig, _ file: String, movesAside: Bool = false) async -> FleetError? {
    let restoration = Restoration(directory: rig.directory, clock: rig.clock, random: rig.random)
    do {
      _ = try await restoration.restore(file, movesAside: movesAside)
      return nil
    } catch {
      return error as? FleetError
    }
  }
}
