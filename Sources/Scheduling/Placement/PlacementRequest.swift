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
  /// Why its addresses can't be had, on any host.
  package var addresses: AddressRefusals
  /// Privileges that it needs of its host beyond a plain VM's.
  package var privileges: [HostPrivilege]

  /// Makes a request.
  package init(
    spec: VMSpec, host: String? = nil, strategy: PlacementStrategy = .spread,
    constraints: PlacementConstraints = PlacementConstraints(), addresses: AddressRefusals = AddressRefusals(),
    privileges: [HostPrivilege] = []
  ) {
    self.spec = spec
    self.host = host
    self.strategy = strategy
    self.constraints = constraints
    self.addresses = addresses
    self.privileges = privileges
  }
}

/// Why a VM can't have the addresses it needs, in words; nil for those it can have.
///
/// The ledger is the fleet's and not a host's, so every host refuses for the same reason.
package struct AddressRefusals: Hashable, Sendable {
  /// Why it can't have its chosen MAC address, or one of its pool.
  package var mac: String?
  /// Why it can't have a VNC port.
  package var port: String?

  /// Makes refusals; the defaults say that there are none.
  package init(mac: String? = nil, port: String? = nil) {
    self.mac = mac
    self.port = port
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
