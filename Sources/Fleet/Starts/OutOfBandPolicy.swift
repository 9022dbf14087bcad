/// The fleet's policy for starts that somebody orders past Roost.
package struct OutOfBandPolicy: Hashable, Sendable {
  /// The rule for networks without a rule of their own.
  package var outOfBand: OutOfBandRule
  /// The rule for a start that gets no answer.
  package var unanswered: FailMode
  /// The rules of single networks or bridges, by name.
  package var networks: [String: OutOfBandRule]

  /// Makes a policy; the default is that of a new fleet.
  package init(
    outOfBand: OutOfBandRule = .warn, unanswered: FailMode = .failOpen, networks: [String: OutOfBandRule] = [:]
  ) {
    self.outOfBand = outOfBand
    self.unanswered = unanswered
    self.networks = networks
  }

  /// The rule for an interface on a libvirt network, on a bridge, or on both.
  package func rule(network: String, bridge: String) -> OutOfBandRule {
    networks[network] ?? networks[bridge] ?? outOfBand
  }
}

/// What happens when a guest is started past Roost with an address that another owner has.
package enum OutOfBandRule: String, Hashable, Sendable, CaseIterable {
  /// Nothing; the conflict shows once both run.
  case observe
  /// The guest starts, and an event reports it.
  case warn
  /// The guest does not start.
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

/// What happens to a start that is not judged in time.
package enum FailMode: String, Hashable, Sendable, CaseIterable {
  /// The guest starts.
  case failOpen = "fail-open"
  /// The guest does not start.
  case failClosed = "fail-closed"
}
