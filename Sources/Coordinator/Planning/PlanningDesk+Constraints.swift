import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension PlanningDesk {
  /// Changes what a managed VM asks of hosts. It stays where it is: the answer says if its own host would refuse it.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for an unmanaged VM, `invalid`.
  func setConstraints(_ request: Roost_V1_SetConstraintsRequest) async throws -> Roost_V1_SetConstraintsResponse {
    // One change at a time, so that memory hears of them in the order of the store.
    try await admission.turnstile.pass { try await changeConstraints(request) }
  }

  private func changeConstraints(
    _ request: Roost_V1_SetConstraintsRequest
  ) async throws -> Roost_V1_SetConstraintsResponse {
    let write = try WriteRequest(id: request.requestID, body: request)
    let constraints = try PlacementConstraints(request.constraints, at: FieldPath("constraints"))
    try constraints.validated()
    let vm = try await admission.inventory.view.requiredManagedVM(request.vm)
    let refusal = await refusal(of: vm, asking: constraints)
    let now = admission.clock.now()
    let outcome = try await RequestBook(store: admission.store).carryOut(write, at: now) { transaction in
      var changed = try Admission.current(vm, in: transaction)
      if changed.constraints != constraints {
        changed.constraints = constraints
        try transaction.updateVM(changed)
        let groups = constraints.groups.sorted().joined(separator: ", ")
        try transaction.appendEvent(
          at: now, kind: "vm.constraints", subject: changed.spec.name,
          message:
            "what VM \"\(changed.spec.name)\" asks of hosts is changed\(groups.isEmpty ? "" : "; it is in \(groups)")")
      }
      let answer = Roost_V1_SetConstraintsResponse.with {
        $0.vm = changed.spec.name
        $0.host = changed.host
        $0.constraints = changed.constraints.message
        $0.refusal = refusal ?? ""
      }
      return (answer: answer, value: changed)
    }
    if let changed = outcome.value {
      await admission.inventory.put(changed)
      await admission.feed.poke()
    }
    return outcome.answer
  }

  /// Why the VM's own host would not take it if it were placed now; nil if it would.
  private func refusal(of vm: ManagedVM, asking constraints: PlacementConstraints) async -> String? {
    let index = await index()
    guard let host = index.host(vm.host) else { return nil }
    let others = index.hosts.map { $0.name == host.name ? $0.removing(vm.spec.name) : $0 }
    guard let without = others.first(where: { $0.name == host.name }) else { return nil }
    let request = PlacementRequest(spec: vm.spec, policy: index.policy.aim, constraints: constraints)
    let rules = FleetPolicy(rules: index.policy.rules)
    return Placement.verify(request, on: without, among: others, under: rules).map { "\($0.rule): \($0.detail)" }
  }
}
