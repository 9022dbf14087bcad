import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Scheduling
import SwiftProtobuf

/// The operator's calls about placement policy and plans.
struct PlanningService: Roost_V1_Planning.SimpleServiceProtocol {
  let handler: PlanningHandler
  let fits = FitCounter()

  func getPolicy(
    request: Roost_V1_GetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    await handler.policy()
  }

  func setPolicy(
    request: Roost_V1_SetPlacementPolicyRequest, context: ServerContext
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    try await handler.setPolicy(request)
  }

  func getFleet(
    request: Roost_V1_GetPlanningFleetRequest, response: RPCWriter<Roost_V1_PlanningFleet>, context: ServerContext
  ) async throws {
    let index = await handler.index()
    var pages = PageWriter(request.pageSize, first: .with { $0.policy = index.policy.message }, to: response)
    for host in index.hosts {
      let message = host.message
      let parts = request.splitsHosts && request.pageSize > 0 ? message.parts(ofBytes: PageLimit.bytes / 2) : [message]
      for part in parts { try await pages.add(part, to: \.hosts) }
    }
    try await pages.end()
  }

  func countFit(
    request: Roost_V1_CountFitRequest, response: RPCWriter<Roost_V1_CountFitResponse>, context: ServerContext
  ) async throws {
    let question = try FitCounter.Question(request)
    let answer = try await fits.count(question, on: await handler.index(), clock: handler.admission.clock)
    var pages = PageWriter(request.pageSize, first: answer.head, to: response)
    try await answer.write(to: &pages)
    try await pages.end()
  }

  func planBatch(
    request: Roost_V1_PlanBatchRequest, context: ServerContext
  ) async throws -> Roost_V1_PlanBatchResponse {
    let mode = request.mode.isEmpty ? .bestEffort : BatchPlan.Mode(rawValue: request.mode)
    guard let mode else {
      throw FleetError(
        .invalid, "\"\(request.mode.printable)\" is not a way to place a batch",
        hint: "use best-effort or all-or-nothing")
    }
    let intents = try request.items.enumerated().map { number, item in
      try Self.intent(item, at: FieldPath("items").element(number))
    }
    let (plan, decisions) = try await handler.plan(intents, mode: mode)
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
    try await handler.setConstraints(request)
  }

  private static func intent(_ item: Roost_V1_BatchItem, at path: FieldPath) throws -> CreateIntent {
    let spec = try VMSpec(item.spec, at: path.field("spec")).checkedWithoutDocument()
    return CreateIntent(
      kind: .create, spec: spec, host: item.host.isEmpty ? nil : item.host,
      start: item.start, strategy: try PlacementStrategy(named: item.policy),
      constraints: try PlacementConstraints(item.constraints, at: path.field("constraints")),
      privileges: try spec.privileges, reclaims: item.reclaim,
      takesDefaultVNC: item.defaultVnc)
  }
}
