package import Fleet

/// A VM that wants a host.
package struct PlacementRequest: Hashable, Sendable {
  /// What is asked for.
  package var spec: VMSpec
  /// The name of the only host allowed, or nil for any.
  package var host: String?
  /// What to aim for among the hosts that fit.
  package var policy: PlacementStrategy
  /// What is asked of the host beyond the spec.
  package var constraints: PlacementConstraints
  /// Addresses that it can't have, wherever it goes.
  package var addresses: AddressRefusals
  /// What it asks of its host beyond what a plain VM is made of.
  package var privileges: [HostPrivilege]

  /// Makes a request.
  package init(
    spec: VMSpec, host: String? = nil, policy: PlacementStrategy = .spread,
    constraints: PlacementConstraints = PlacementConstraints(), addresses: AddressRefusals = AddressRefusals(),
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

/// What is in the way of the addresses a VM needs, in words; nil where nothing is.
///
/// The ledgers are the fleet's and not a host's, so that every host refuses for the same reason.
package struct AddressRefusals: Hashable, Sendable {
  /// Why it can't have the MAC that was chosen for it, or one of its pool.
  package var mac: String?
  /// Why it can't have a VNC port.
  package var port: String?

  /// Makes obstacles; the defaults say that there are none.
  package init(mac: String? = nil, port: String? = nil) {
    self.mac = mac
    self.port = port
  }
}

/// A VM where it stands, with what it would ask of another host.
package struct PlacedVM: Hashable, Sendable {
  /// What it asks of a host; ``PlacementRequest/host`` ties it to that one.
  package var request: PlacementRequest
  /// True if its guest runs, so that moving it is a live migration.
  package var isRunning: Bool
  /// False for a guest that Roost only found there: it counts, and nobody moves it.
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
