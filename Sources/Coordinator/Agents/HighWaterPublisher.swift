import Fleet
import Logging
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Sends agents the highest MAC cursors and event number, so that a coordinator restored from an old backup can learn
/// from them what it has forgotten.
struct HighWaterPublisher: Sendable {
  /// The least time between two messages to all agents; each agent writes them to its disk.
  static let pause: Duration = .seconds(5)

  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let seal: MarkSeal
  let logger: Logger

  /// Sends them to one host before an action, so that an agent knows of every change it has helped to make.
  func tell(_ hostID: HostID) async throws {
    try await sessions.tell(hostID, message(try await store.read { try $0.highWater() }, for: hostID))
  }

  private func message(_ marks: HighWaterMarks, for hostID: HostID) throws -> Roost_V1_CoordinatorMessage {
    let signed = try seal.sign(marks, for: hostID)
    return .with {
      $0.highWater = .with {
        $0.macCursor = marks.macCursor
        $0.poolCursors = marks.poolCursors.message
        $0.lastEvent = UInt64(clamping: marks.lastEvent)
        $0.mark = signed
      }
    }
  }

  /// Sends them to all agents after each change, within the limit, until the task is cancelled.
  func run() async throws {
    for await _ in store.eventSignal.values() {
      do {
        let marks = try await store.read { try $0.highWater() }
        // A host that is not connected gets them with its next welcome.
        for entry in await inventory.view.hosts.values where entry.isConnected {
          try? await sessions.tell(entry.host.id, message(marks, for: entry.host.id))
        }
      } catch {
        logger.error("the high-water marks were not sent to the agents: \(error)")
      }
      try await Task.sleep(for: Self.pause)
    }
    try await Task.sleep(for: .seconds(86_400 * 365))
  }
}
