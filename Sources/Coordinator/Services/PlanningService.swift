import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import SwiftProtobuf

/// The operator's calls about what placement decides on.
struct PlanningService: Roost_V1_Planning.SimpleServiceProtocol {
  let desk: PlanningDesk

  func getPolicy(
    request: Roost_V1_GetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    await desk.policy()
  }

  func setPolicy(
    request: Roost_V1_SetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    try await desk.setPolicy(request)
  }

  func getFleet(
    request: Roost_V1_GetPlanningFleetRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanningFleet {
    let index = await desk.index()
    return .with {
      $0.hosts = index.hosts.map(\.message)
      $0.policy = index.policy.message
    }
  }

  func planBatch(
    request: Roost_V1_PlanBatchRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanBatchResponse {
    let mode = request.mode.isEmpty ? .bestEffort : BatchPlan.Mode(rawValue: request.mode)
    guard let mode else {
      throw FleetError(
        .invalid, "\"\(request.mode.printable)\" is no way to place a batch",
        hint: "use best-effort or all-or-nothing")
    }
    let intents = try request.wishes.enumerated().map { number, wish in
      try Self.intent(wish, at: FieldPath("wishes").element(number))
    }
    let (plan, decisions) = try await desk.plan(intents, mode: mode)
    return .with {
      $0.places = zip(plan.items, decisions).map { item, decision in
        .with {
          $0.vm = item.vm
          $0.decision = decision.message
        }
      }
      $0.complete = plan.isComplete
      $0.order = plan.order.map { UInt32(clamping: $0) }
    }
  }

  func setConstraints(
    request: Roost_V1_SetConstraintsRequest, context: ServerContext
  ) async throws -> Roost_V1_SetConstraintsResponse {
    try await desk.setConstraints(request)
  }

  private static func intent(_ wish: Roost_V1_BatchWish, at path: FieldPath) throws -> Intent {
    let spec = try VMSpec(wish.spec, at: path.field("spec")).checkedWithoutDocument()
    return Intent(
      kind: .create, spec: spec, host: wish.host.isEmpty ? nil : wish.host,
      start: false, policy: try PlacementPolicy(named: wish.policy),
      constraints: try PlacementConstraints(wish.constraints, at: path.field("constraints")),
      privileges: try spec.privileges, reclaims: wish.reclaim)
  }
}
