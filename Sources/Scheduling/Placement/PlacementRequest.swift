public import Fleet

/// A VM that wants a host.
public struct PlacementRequest: Hashable, Sendable {
  /// What is asked for.
  public var spec: VMSpec
  /// The name of the only host allowed, or nil for any.
  public var host: String?
  /// What to aim for among the hosts that fit.
  public var policy: PlacementPolicy
  /// What is asked of the host beyond the spec.
  public var constraints: PlacementConstraints
  /// Addresses that it can't have, wherever it goes.
  public var addresses: AddressObstacles
  /// What it asks of its host beyond what a plain VM is made of.
  public var privileges: [HostPrivilege]

  /// Makes a request.
  public init(
    spec: VMSpec, host: String? = nil, policy: PlacementPolicy = .spread,
    constraints: PlacementConstraints = PlacementConstraints(), addresses: AddressObstacles = AddressObstacles(),
    privileges: [HostPrivilege] = []
  ) {
    self.spec = spec
    self.host = host
    self.policy = policy
    self.constraints = constraints
    self.addresses = addresses
    self.privileges = privileges
  }
}
