import Fleet
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

/// Stores the policy for starts past Roost, and sends it to the agents.
struct OutOfBandPolicyHandler: Sendable {
  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let starts: StartArbiter
  let clock: any WallClock
  /// Allows one change at a time, so that inventory and agents get changes in the store's order.
  let lock: AsyncSemaphore

  /// The present policy, with the counts of this run.
  func present() async -> Roost_V1_PolicyResponse {
    let policy = await inventory.view.outOfBandPolicy
    let counts = await starts.counts
    return .with {
      $0.policy = policy.message
      $0.counts = counts.message
    }
  }

  /// Changes what a request names, and keeps the rest.
  /// - Throws: ``FleetError`` with code `invalid` for an unknown value, and for a request that changes nothing.
  func change(_ request: Roost_V1_SetPolicyRequest) async throws -> Roost_V1_PolicyResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    let now = clock.now()
    let counts = await starts.counts
    return try await lock.pass {
      let outcome = try await store.carryOut(write, as: .message, at: now) { transaction in
        let before = try transaction.outOfBandPolicy()
        let after = try Self.policy(before, changedBy: request)
        if after != before {
          try transaction.setOutOfBandPolicy(after)
          try transaction.appendEvent(
            at: now, kind: .policyChanged, subject: request.network, message: Self.sentence(request, after))
        }
        let answer = Roost_V1_PolicyResponse.with {
          $0.policy = after.message
          $0.counts = counts.message
        }
        return (answer: answer, value: after)
      }
      if let policy = outcome.value {
        await sessions.tellAll(.with { $0.startPolicy = policy.message })
      }
      return outcome.answer
    }
  }

  private static func policy(
    _ policy: OutOfBandPolicy, changedBy request: Roost_V1_SetPolicyRequest
  ) throws(FleetError) -> OutOfBandPolicy {
    var policy = policy
    let network = request.network
    if !network.isEmpty { try NameRule.checked(network, of: "network") }
    guard !request.outOfBand.isEmpty || !request.unanswered.isEmpty || request.forgetNetwork else {
      throw FleetError(
        .invalid, "nothing is to be changed", hint: "roost policy set out-of-band=block unanswered=fail-open")
    }
    if request.forgetNetwork {
      guard policy.networks.removeValue(forKey: network) != nil else {
        throw FleetError(
          .notFound, "the network \"\(network.printable)\" follows the fleet already", hint: "roost policy show")
      }
    }
    if !request.outOfBand.isEmpty {
      let rule = try word(request.outOfBand, "out-of-band", OutOfBandRule.self)
      if network.isEmpty { policy.outOfBand = rule } else { policy.networks[network] = rule }
    }
    if !request.unanswered.isEmpty {
      guard network.isEmpty else {
        throw FleetError(
          .invalid, "the rule for unanswered starts applies to the whole fleet",
          hint: "roost policy set unanswered=\(request.unanswered.shellQuoted)")
      }
      policy.unanswered = try word(request.unanswered, "unanswered", FailMode.self)
    }
    return policy
  }

  private static func word<Word: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ key: String, _: Word.Type
  ) throws(FleetError) -> Word {
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw FleetError(.invalid, "\(key) can't be \"\(text.printable)\"", hint: "it is one of \(words)")
    }
    return word
  }

  private static func sentence(_ request: Roost_V1_SetPolicyRequest, _ after: OutOfBandPolicy) -> String {
    guard request.network.isEmpty else {
      let rule = after.networks[request.network]?.rawValue ?? "\(after.outOfBand.rawValue), as the fleet"
      return "starts behind Roost's back on network \(request.network): \(rule)"
    }
    return "starts behind Roost's back: \(after.outOfBand.rawValue), unanswered \(after.unanswered.rawValue)"
  }
}
