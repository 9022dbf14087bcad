/// What the fleet does about starts behind its back.
package struct OutOfBandPolicy: Hashable, Sendable {
  /// What holds where no network says otherwise.
  package var outOfBand: OutOfBandRule
  /// What holds while nobody answers.
  package var unanswered: FailMode
  /// What holds for single networks or bridges, by their name.
  package var networks: [String: OutOfBandRule]

  /// Makes a policy; without arguments the one of a new fleet.
  package init(
    outOfBand: OutOfBandRule = .warn, unanswered: FailMode = .failOpen, networks: [String: OutOfBandRule] = [:]
  ) {
    self.outOfBand = outOfBand
    self.unanswered = unanswered
    self.networks = networks
  }

  /// The rule for an interface on a network of libvirt's, on a bridge, or on both.
  package func rule(network: String, bridge: String) -> OutOfBandRule {
    networks[network] ?? networks[bridge] ?? outOfBand
  }
}

/// What is done about a guest that is started behind Roost's back with an address that somebody has.
package enum OutOfBandRule: String, Hashable, Sendable, CaseIterable {
  /// Nothing: the conflict shows once both run.
  case observe
  /// It starts, and an event tells of it.
  case warn
  /// It does not start.
  case block

  /// True if this rule is at least as strict as the other.
  package func covers(_ other: OutOfBandRule) -> Bool { severity >= other.severity }

  private var severity: Int {
    switch self {
    case .observe: 0
    case .warn: 1
    case .block: 2
    }
  }
}

/// What is done about a start that nobody judges in time.
package enum FailMode: String, Hashable, Sendable, CaseIterable {
  /// It goes on.
  case failOpen = "fail-open"
  /// It is refused.
  case failClosed = "fail-closed"
}
