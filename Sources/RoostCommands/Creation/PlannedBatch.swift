internal import Fleet
internal import GRPCCore
internal import Platform
internal import RoostAPI
internal import RoostProto
internal import Scheduling

/// Several VMs of one request, planned together before any is created.
struct PlannedBatch: Sendable {
  let client: FleetClient
  let requests: [VMRequest]

  /// The names in the order in which the VMs are created: the hardest to place first. If the batch can't be planned
  /// they stay in the order of the file, and each reports its own error.
  /// - Throws: with `allOrNothing`, ``FleetError`` with code `noHostFits` if a VM finds no host, or the error that
  ///   prevents the plan.
  func order(allOrNothing: Bool) async throws -> [String] {
    let names = requests.map(\.spec.name)
    guard requests.count > 1 else { return names }
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
    guard order.sorted() == Array(requests.indices) else { return names }
    return order.map { names[$0] }
  }

  /// The coordinator's plan.
  func plan(allOrNothing: Bool) async throws -> Roost_V1_PlanBatchResponse {
    var request = Roost_V1_PlanBatchRequest()
    request.items = requests.map(\.item)
    request.mode = (allOrNothing ? BatchPlan.Mode.allOrNothing : .bestEffort).rawValue
    return try await client.planning.planBatch(request, options: client.brief)
  }

  /// Where each VM would go, in the order of the file; each decision takes those before it into account.
  func decisions(allOrNothing: Bool) async throws -> [PlacementDecision] {
    var decisions: [PlacementDecision] = []
    for place in try await plan(allOrNothing: allOrNothing).places {
      decisions.append(try PlacementDecision(place.decision))
    }
    return decisions
  }

  /// Prints where each VM would go.
  /// - Throws: ``CommandExit`` with `noHostFits` if one finds no host.
  func show(
    _ decisions: [PlacementDecision], allOrNothing: Bool, _ output: OutputOptions, in environment: CommandEnvironment
  ) throws {
    try Self.show(decisions, of: requests, allOrNothing: allOrNothing, output, in: environment)
  }

  /// Prints decisions that were made without a coordinator.
  static func show(
    _ decisions: [PlacementDecision], of requests: [VMRequest], allOrNothing: Bool, _ output: OutputOptions,
    in environment: CommandEnvironment
  ) throws {
    for (order, decision) in zip(requests, decisions) {
      output.show(.detail(decision.view(of: order.spec.name)), in: environment)
    }
    let lost = decisions.count { $0.host == nil }
    guard lost > 0 else { return }
    if allOrNothing, requests.count > 1 { environment.note("none of them is placed unless all are") }
    throw CommandExit(status: .noHostFits)
  }

  private func failure(_ plan: Roost_V1_PlanBatchResponse) throws -> FleetError {
    for place in plan.places {
      let decision = try PlacementDecision(place.decision)
      guard let failure = decision.failure(for: place.vm) else { continue }
      return FleetError(
        .noHostFits, "none of the \(requests.count) VMs is made: \(failure.message)", hint: failure.hint,
        refusals: decision.refused)
    }
    return FleetError(.noHostFits, "none of the \(requests.count) VMs is made: not all of them find a host")
  }
}
