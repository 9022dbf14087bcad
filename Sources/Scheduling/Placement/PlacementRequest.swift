package import Fleet

/// A VM to be placed.
package struct PlacementRequest: Hashable, Sendable {
  /// What is asked for.
  package var spec: VMSpec
  /// The name of the only host allowed, or nil for any.
  package var host: String?
  /// How to choose among the hosts that fit.
  package var strategy: PlacementStrategy
  /// Requirements on the host beyond the spec.
  package var constraints: PlacementConstraints
  /// Privileges that it needs of its host beyond a plain VM's.
  package var privileges: [HostPrivilege]

  /// Makes a request.
  package init(
    spec: VMSpec, host: String? = nil, strategy: PlacementStrategy = .spread,
    constraints: PlacementConstraints = PlacementConstraints(), privileges: [HostPrivilege] = []
  ) {
    self.spec = spec
    self.host = host
    self.strategy = strategy
    self.constraints = constraints
    self.privileges = privileges
  }
}

/// A VM on its host, with its requirements on another one.
package struct PlacedVM: Hashable, Sendable {
  /// Its requirements; ``PlacementRequest/host`` ties it to one host.
  package var request: PlacementRequest
  /// True if its guest runs, so that moving it is a live migration.
  package var isRunning: Bool
  /// False for an unmanaged guest: it counts, and Roost never moves it.
  package var isManaged: Bool
  /// How many bytes of memory its guest writes per second, if known.
  package var dirtyBytesPerSecond: Int64

  /// Its name.
  package var name: String { request.spec.name }

  /// Makes a placed VM.
  package init(
    _ request: PlacementRequest, isRunning: Bool = true, isManaged: Bool = true, dirtyBytesPerSecond: Int64 = 0
  ) {
    self.request = request
    self.isRunning = isRunning
    self.isManaged = isManaged
    self.dirtyBytesPerSecond = dirtyBytesPerSecond
  }
}
