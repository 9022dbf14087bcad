internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf
internal import Synchronization

/// Asks over whichever connection to the coordinator there is now.
final class LinkStartJudge: StartJudge {
  private let client = Mutex<CoordinatorConnection.Client?>(nil)

  /// Says which connection there is; nil for none.
  func use(_ next: CoordinatorConnection.Client?) { client.withLock { $0 = next } }

  func judge(_ start: DomainStart) async throws -> StartVerdict {
    guard let client = client.withLock({ $0 }) else {
      throw FleetError(.unreachable, "the coordinator is not connected", retryable: true)
    }
    do {
      return try StartVerdict(await Roost_V1_AgentLink.Client(wrapping: client).judgeStart(start.message))
    } catch let error as RPCError {
      throw FleetError(error)
    }
  }
}
