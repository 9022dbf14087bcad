/// What the fleet does about starts behind its back.
public struct StartPolicy: Hashable, Sendable {
  /// What holds where no network says otherwise.
  public var outOfBand: StartRule
  /// What holds while nobody answers.
  public var unanswered: UnansweredRule
  /// What holds for single networks or bridges, by their name.
  public var networks: [String: StartRule]

  /// Makes a policy; without arguments the one of a new fleet.
  public init(
    outOfBand: StartRule = .warn, unanswered: UnansweredRule = .failOpen, networks: [String: StartRule] = [:]
  ) {
    self.outOfBand = outOfBand
    self.unanswered = unanswered
    self.networks = networks
  }

  /// The rule for an interface on a network of libvirt's, on a bridge, or on both.
  public func rule(network: String, bridge: String) -> StartRule {
    networks[network] ?? networks[bridge] ?? outOfBand
  }
}
