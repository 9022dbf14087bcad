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

  /// Where each would go, in the order of the file, those before it seen.
  func decisions(allOrNothing: Bool) async throws -> [Decision] {
    var decisions: [Decision] = []
    for place in try await plan(allOrNothing: allOrNothing).places { decisions.append(try Decision(place.decision)) }
    return decisions
  }

  /// Prints where each would go.
  /// - Throws: ``Ended`` with `noHostFits` if one fits nowhere.
  func show(
    _ decisions: [Decision], allOrNothing: Bool, _ output: OutputOptions, in world: Surroundings
  ) throws {
    try Self.show(decisions, of: orders, allOrNothing: allOrNothing, output, in: world)
  }

  /// The same of orders that no coordinator was asked about.
  static func show(
    _ decisions: [Decision], of orders: [VMOrder], allOrNothing: Bool, _ output: OutputOptions, in world: Surroundings
  ) throws {
    for (order, decision) in zip(orders, decisions) {
      output.show(.detail(decision.view(of: order.spec.name)), in: world)
    }
    let lost = decisions.count { $0.host == nil }
    guard lost > 0 else { return }
    if allOrNothing, orders.count > 1 { world.note("none of them is placed unless all are") }
    throw Ended(status: .noHostFits)
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
