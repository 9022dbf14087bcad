/// What holds for every placement of a fleet.
public struct FleetPolicy: Hashable, Sendable {
  /// Rules between VMs.
  public var rules: [PlacementRule]
  /// How many hosts may fail at once with the rest able to take their VMs; 0 asks for nothing.
  public var survive: Int
  /// Weights of scorers by name, in place of the built-in ones; below zero counts as zero.
  public var weights: [String: Double]
  /// What a placement aims for that says nothing of its own.
  public var aim: PlacementPolicy

  /// Makes a policy; the default asks for nothing.
  public init(
    rules: [PlacementRule] = [], survive: Int = 0, weights: [String: Double] = [:], aim: PlacementPolicy = .spread
  ) {
    self.rules = rules
    self.survive = survive
    self.weights = weights
    self.aim = aim
  }
}
