internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import Scheduling

/// Several VMs that are asked for at once, planned together before any is made.
struct PlannedBatch: Sendable {
  let client: FleetClient
  let orders: [VMOrder]

  /// The names in the order in which the VMs are made: those first that find it hardest. If the batch can't be planned
  /// they stay in the order of the file, and each says for itself what is wrong with it.
  /// - Throws: ``FleetError`` with code `noHostFits` if all are wanted or none and one finds no host, and why the batch
  ///   can't be planned if all are wanted.
  func order(allOrNothing: Bool) async throws -> [String] {
    let names = orders.map(\.spec.name)
    guard orders.count > 1 else { return names }
    let plan: Roost_V1_PlanBatchResponse
    do {
      plan = try await self.plan(allOrNothing: allOrNothing)
    } catch {
      let failure = client.explain(error)
      guard !allOrNothing, failure.code != .unreachable else { throw failure }
      return names
    }
    if allOrNothing, !plan.complete { throw try failure(plan) }
    let order = plan.order.map { Int($0) }
    guard order.sorted() == Array(orders.indices) else { return names }
    return order.map { names[$0] }
  }

  /// The coordinator's plan.
  func plan(allOrNothing: Bool) async throws -> Roost_V1_PlanBatchResponse {
    var request = Roost_V1_PlanBatchRequest()
    request.wishes = orders.map(\.wish)
    request.mode = (allOrNothing ? BatchPlan.Mode.allOrNothing : .bestEffort).rawValue
    return try await client.planning.planBatch(request, options: client.brief)
  }

  private func failure(_ plan: Roost_V1_PlanBatchResponse) throws -> FleetError {
    for place in plan.places {
      let decision = try Decision(place.decision)
      guard let failure = decision.failure(for: place.vm) else { continue }
      return FleetError(
        .noHostFits, "none of the \(orders.count) VMs is made: \(failure.message)", hint: failure.hint,
        refusals: decision.refused)
    }
    return FleetError(.noHostFits, "none of the \(orders.count) VMs is made: not all of them find a host")
  }
}
