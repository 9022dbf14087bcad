import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// The fleet's placement policy, and plans that change nothing.
struct PlanningHandler: Sendable {
  /// The most VMs of one batch.
  static let batchLimit = 1000
  /// The most sentences about broken rules.
  private static let breachLimit = 20

  let admission: Admission
  private var inventory: Inventory { admission.inventory }

  /// The policy, and how the fleet breaks it, one sentence each.
  func policy() async -> Roost_V1_PlacementPolicyResponse {
    let index = await index()
    return Self.answer(index.policy, on: index.hosts)
  }

  /// The hosts as decisions see them.
  func index() async -> PlacementIndex { await inventory.index(now: admission.clock.now()) }

  /// Changes the policy.
  /// - Throws: ``FleetError`` with code `invalid`.
  func setPolicy(_ request: Roost_V1_SetPlacementPolicyRequest) async throws -> Roost_V1_PlacementPolicyResponse {
    // One change at a time, so that the inventory gets changes in the store's order.
    try await admission.lock.pass { try await changePolicy(request) }
  }

  private func changePolicy(
    _ request: Roost_V1_SetPlacementPolicyRequest
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let rules: [PlacementRule] = try request.rules.enumerated().map { number, rule in
      try PlacementRule(rule, at: FieldPath("rules").element(number))
    }
    let strategy = try PlacementStrategy(named: request.aim)
    let now = admission.clock.now()
    let hosts = await index().hosts
    return try await admission.store.carryOut(write, answering: .message, at: now) { transaction in
      let old = try transaction.placementPolicy()
      var policy = old
      if request.hasSurvive { policy.survive = Int(request.survive) }
      if let strategy { policy.strategy = strategy }
      for (name, weight) in request.weights { policy.weights[name] = weight < 0 ? nil : weight }
      if request.replaceRules { policy.rules = rules }
      try policy.validated(scorers: Placement.scorers)
      if policy != old {
        try transaction.setPlacementPolicy(policy)
        try transaction.appendEvent(
          at: now, kind: .policyPlacement, subject: "policy",
          message: "placements: survive=\(policy.survive), aim=\(policy.strategy.rawValue), "
            + "\(policy.rules.count) rule\(policy.rules.count == 1 ? "" : "s")")
      }
      return Self.answer(policy, on: hosts)
    }
  }

  /// Where the VMs of one batch would go.
  ///
  /// What their commits in that order would refuse is refused here.
  /// - Throws: ``FleetError``: `invalid`, `conflict` for a name, a MAC or a disk that is taken, `exhausted`, `notFound`
  ///   for a host or image, `precondition` while the fleet settles.
  func plan(
    _ intents: [CreateIntent], mode: BatchPlan.Mode
  ) async throws -> (plan: BatchPlan, decisions: [PlacementDecision]) {
    try Self.check(intents)
    try await admission.store.read { try Settling.check($0, "create VMs") }
    var resolved: [CreateIntent] = []
    let view = await inventory.view
    for intent in intents {
      let next = try await admission.resolved(intent)
      try await admission.checkHost(of: next)
      try await admission.checkName(next.spec.name)
      try await admission.checkMACs(next, in: view)
      resolved.append(next)
    }
    let files = try await admission.files(for: resolved)
    let index = files.added(to: await index())
    let requests = resolved.map { $0.request(byDefault: index.policy.strategy) }
    let plan = BatchPlan.plan(requests, on: index.hosts, under: index.policy, mode: mode)
    let decisions = plan.decisions(on: requests, among: index.hosts, under: index.policy)
    try await admission.rehearse(
      plan.order.compactMap { number in
        guard plan.items[number].host != nil else { return nil }  // BOUNDED: the plan's own numbers.
        return PlacementSituation(intent: resolved[number], view: view, index: index, files: files)
          .attempt(decisions[number])
      })
    return (plan, zip(resolved, decisions).map { files.explained($1, of: $0.spec.name, index) })
  }

  /// Refuses a batch whose VMs can't be made beside each other on any hosts.
  private static func check(_ intents: [CreateIntent]) throws(FleetError) {
    guard intents.count <= batchLimit else {
      throw FleetError(.invalid, "a batch has \(batchLimit) VMs at most, not \(intents.count)")
    }
    guard Set(intents.map(\.spec.name)).count == intents.count else {
      throw FleetError(.invalid, "two VMs of the batch have the same name")
    }
    var seen: Set<MACAddress> = []
    for mac in intents.flatMap({ $0.spec.nics.compactMap(\.mac) + $0.heldMACs }) {
      guard seen.insert(mac).inserted else {
        throw FleetError(.invalid, "two VMs of the batch have the MAC \(mac)")
      }
    }
  }

  private static func answer(
    _ policy: PlacementPolicy, on hosts: [HostSnapshot]
  ) -> Roost_V1_PlacementPolicyResponse {
    .with {
      $0.policy = policy.message
      $0.broken = policy.breaches(on: hosts, atMost: breachLimit)
    }
  }
}

extension PlanningHandler {
  /// Changes a managed VM's constraints. It stays where it is; the answer says if its own host would refuse it.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for an unmanaged VM, `invalid`.
  func setConstraints(_ request: Roost_V1_SetConstraintsRequest) async throws -> Roost_V1_SetConstraintsResponse {
    // One change at a time, so that the inventory gets changes in the store's order.
    try await admission.lock.pass { try await changeConstraints(request) }
  }

  private func changeConstraints(
    _ request: Roost_V1_SetConstraintsRequest
  ) async throws -> Roost_V1_SetConstraintsResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let constraints = try PlacementConstraints(request.constraints, at: FieldPath("constraints"))
    try constraints.validated()
    let vm = try await admission.inventory.view.requiredManagedVM(request.vm)
    let refusal = await refusal(of: vm, asking: constraints)
    let now = admission.clock.now()
    return try await admission.store.carryOut(write, answering: .message, at: now) { transaction in
      var changed = try Admission.current(vm, in: transaction)
      if changed.constraints != constraints {
        changed.constraints = constraints
        try transaction.updateVM(changed)
        let groups = constraints.groups.sorted().joined(separator: ", ")
        try transaction.appendEvent(
          at: now, kind: .vmConstraints, subject: changed.spec.name,
          message:
            "what VM \"\(changed.spec.name)\" asks of hosts is changed\(groups.isEmpty ? "" : "; it is in \(groups)")")
      }
      return Roost_V1_SetConstraintsResponse.with {
        $0.vm = changed.spec.name
        $0.host = changed.host
        $0.constraints = changed.constraints.message
        $0.refusal = refusal ?? ""
      }
    }
  }

  /// Why the VM's own host would refuse it if it were placed now; nil if it would not.
  private func refusal(of vm: ManagedVM, asking constraints: PlacementConstraints) async -> String? {
    let index = await index()
    guard let host = index.host(vm.host) else { return nil }
    let others = index.hosts.map { $0.name == host.name ? $0.removing(vm.spec.name) : $0 }
    guard let without = others.first(where: { $0.name == host.name }) else { return nil }
    let request = PlacementRequest(spec: vm.spec, strategy: index.policy.strategy, constraints: constraints)
    let rules = PlacementPolicy(rules: index.policy.rules)
    return Placement.verify(request, on: without, among: others, under: rules).map { "\($0.rule): \($0.detail)" }
  }
}

extension PlacementStrategy {
  /// The strategy of that name; nil for an empty name, which means the fleet's default.
  /// - Throws: ``FleetError`` with code `invalid`.
  init?(named text: String) throws {
    guard !text.isEmpty else { return nil }
    guard let policy = PlacementStrategy(rawValue: text) else {
      let known = PlacementStrategy.allCases.map(\.rawValue).joined(separator: ", ")
      throw FleetError(.invalid, "\"\(text.printable)\" is not a placement policy", hint: "use one of \(known)")
    }
    self = policy
  }
}
