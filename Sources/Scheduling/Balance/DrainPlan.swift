package import Fleet

/// Where each VM of a host would go if the host were drained, before anything moves.
package struct DrainPlan: Hashable, Sendable {
  /// Where one VM goes.
  package struct Verdict: Hashable, Sendable {
    /// The VM's name.
    package var vm: String
    /// The host it goes to; nil if it stays.
    package var target: String?
    /// True if its guest keeps running during the move.
    package var isLive: Bool
    /// Why it stays, or what must move first; empty without either.
    package var why: String
    /// Why each host refuses it, if it stays.
    package var refused: [Refusal]

    /// Makes a verdict.
    package init(vm: String, target: String?, isLive: Bool, why: String, refused: [Refusal]) {
      self.vm = vm
      self.target = target
      self.isLive = isLive
      self.why = why
      self.refused = refused
    }
  }

  /// The host's name.
  package var host: String
  /// One verdict for each VM of the host, by name.
  package var verdicts: [Verdict]
  /// The moves in their order, including those that make room.
  package var moves: [Move]

  /// True if every VM finds a host.
  package var isComplete: Bool { verdicts.allSatisfy { $0.target != nil } }

  /// Makes a plan.
  package init(host: String, verdicts: [Verdict], moves: [Move]) {
    self.host = host
    self.verdicts = verdicts
    self.moves = moves
  }

  /// Plans to empty a host: the largest VMs choose first; if no host takes a VM, a VM of another host makes room by
  /// moving to a third. A host that is not in the fleet gives an empty plan.
  package static func plan(
    _ host: String, among hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
    limits: MoveLimits = MoveLimits()
  ) -> DrainPlan {
    let packing = PackingState(hosts, under: policy)
    guard let position = packing.position(of: host) else { return DrainPlan(host: host, verdicts: [], moves: []) }
    // Even use is tried first; if that leaves a VM without a host, the tightest host is.
    let plans = [false, true].lazy.map { isTight in
      var search = DrainSearch(packing, position, policy, limits, isTight: isTight)
      return search.run()
    }
    let even = plans.first ?? DrainPlan(host: host, verdicts: [], moves: [])
    guard !even.isComplete, let tight = plans.last else { return even }
    return tight.verdicts.count { $0.target == nil } < even.verdicts.count { $0.target == nil } ? tight : even
  }
}
