import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

/// What the fleet asks of every placement, and plans that change nothing.
struct PlanningDesk: Sendable {
  /// How many VMs one batch may have.
  static let batchLimit = 1000
  /// How many sentences about what the fleet breaks are told.
  private static let breachLimit = 20

  let admission: Admission
  private var inventory: Inventory { admission.inventory }

  /// The policy, and what the fleet breaks of it, one sentence each.
  func policy() async -> Roost_V1_PlacementPolicyResponse {
    let index = await index()
    return Self.answer(index.policy, on: index.hosts)
  }

  /// The hosts as decisions see them.
  func index() async -> PlacementIndex { await inventory.index(now: admission.clock.now()) }

  /// Changes the policy.
  /// - Throws: ``FleetError`` with code `invalid`.
  func setPolicy(_ request: Roost_V1_SetPlacementPolicyRequest) async throws -> Roost_V1_PlacementPolicyResponse {
    // One change at a time, so that memory hears of them in the order of the store.
    try await admission.turnstile.pass { try await changePolicy(request) }
  }

  private func changePolicy(
    _ request: Roost_V1_SetPlacementPolicyRequest
  ) async throws -> Roost_V1_PlacementPolicyResponse {
    let write = try WriteRequest(id: request.requestID, body: request)
    let rules: [PlacementRule] = try request.rules.enumerated().map { number, rule in
      try PlacementRule(rule, at: FieldPath("rules").element(number))
    }
    let aim = try PlacementPolicy(named: request.aim)
    let now = admission.clock.now()
    let hosts = await index().hosts
    let outcome = try await RequestBook(store: admission.store).carryOut(write, at: now) { transaction in
      let old = try transaction.placementPolicy()
      var policy = old
      if request.hasSurvive { policy.survive = Int(request.survive) }
      if let aim { policy.aim = aim }
      for (name, weight) in request.weights { policy.weights[name] = weight < 0 ? nil : weight }
      if request.replaceRules { policy.rules = rules }
      try policy.validated(scorers: Placement.scorers)
      if policy != old {
        try transaction.setPlacementPolicy(policy)
        try transaction.appendEvent(
          at: now, kind: "policy.placement", subject: "policy",
          message: "placements: survive=\(policy.survive), policy=\(policy.aim.rawValue), \(policy.rules.count) rules")
      }
      return (answer: Self.answer(policy, on: hosts), value: policy)
    }
    if let policy = outcome.value {
      await inventory.put(policy)
      await admission.feed.poke()
    }
    return outcome.answer
  }

  /// Where VMs would go that are asked for at once.
  /// - Throws: ``FleetError``: `invalid`, `conflict` for a name or a MAC that is taken, `notFound` for a host or image.
  func plan(
    _ intents: [Intent], mode: BatchPlan.Mode
  ) async throws -> (plan: BatchPlan, decisions: [Decision]) {
    guard intents.count <= Self.batchLimit else {
      throw FleetError(.invalid, "a batch has \(Self.batchLimit) VMs at most, not \(intents.count)")
    }
    guard Set(intents.map(\.spec.name)).count == intents.count else {
      throw FleetError(.invalid, "two VMs of the batch have the same name")
    }
    var resolved: [Intent] = []
    let view = await inventory.view
    for intent in intents {
      let next = try await admission.resolved(intent)
      try await admission.checkHost(of: next)
      try await admission.checkName(next.spec.name)
      try await admission.checkMACs(next, in: view)
      resolved.append(next)
    }
    let index = await index()
    let requests = resolved.map { $0.request(aim: index.policy.aim) }
    let plan = BatchPlan.plan(requests, on: index.hosts, under: index.policy, mode: mode)
    return (plan, plan.decisions(on: requests, among: index.hosts, under: index.policy))
  }

  private static func answer(
    _ policy: FleetPolicy, on hosts: [HostSnapshot]
  ) -> Roost_V1_PlacementPolicyResponse {
    .with {
      $0.policy = policy.message
      $0.broken = policy.breaches(on: hosts, atMost: breachLimit)
    }
  }
}
