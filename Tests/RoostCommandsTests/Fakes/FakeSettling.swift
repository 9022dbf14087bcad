import Fleet
import GRPCCore
import RoostProto
import SwiftProtobuf

/// A fleet that waits for `h2`, until it is told not to.
struct FakeSettling: Roost_V1_Settling.SimpleServiceProtocol {
  let coordinator: FakeCoordinator

  func show(
    request: Roost_V1_ShowSettlingRequest, response: RPCWriter<Roost_V1_SettlingResponse>, context: ServerContext
  ) async throws {
    try await response.write(.with { ($0.settling, $0.reason, $0.waiting) = (true, "it was restored", ["h2"]) })
  }

  func finish(
    request: Roost_V1_FinishSettlingRequest, context: ServerContext
  ) async throws -> Roost_V1_SettlingResponse {
    coordinator.note("settle")
    return Roost_V1_SettlingResponse()
  }

  func believe(
    request: Roost_V1_BelieveHostRequest, context: ServerContext
  ) async throws -> Roost_V1_SettlingResponse {
    coordinator.note("believe \(request.host)")
    return Roost_V1_SettlingResponse()
  }
}
