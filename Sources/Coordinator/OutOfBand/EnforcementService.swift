import Fleet
import GRPCCore
import RoostProto
import SwiftProtobuf

/// The operator's calls about starts past Roost and shared addresses.
struct EnforcementService: Roost_V1_Enforcement.SimpleServiceProtocol {
  let policy: OutOfBandPolicyHandler
  let resolver: ConflictResolver

  func getPolicy(request: Roost_V1_GetPolicyRequest, context: ServerContext) async throws -> Roost_V1_PolicyResponse {
    await policy.present()
  }

  func setPolicy(request: Roost_V1_SetPolicyRequest, context: ServerContext) async throws -> Roost_V1_PolicyResponse {
    try await policy.change(request)
  }

  func resolveMAC(
    request: Roost_V1_ResolveMACRequest, context: ServerContext
  ) async throws -> Roost_V1_ResolveMACResponse {
    try await resolver.resolve(request)
  }
}
