package import Fleet
internal import Libvirt
package import Logging

/// The real hypervisor: libvirt on this host.
package struct LibvirtHypervisor: Hypervisor {
  package let changes: ChangeFeed
  package let reboots: RebootCounter
  let connector: LibvirtConnector
  let environment: AgentEnvironment
  let kernel: KernelFiles
  let guests: GuestAddressCache
  let identities: DiskIdentities
  let moved: MovedDomains

  /// Makes the connector to the libvirt at a URI such as `qemu:///system`; nothing is opened yet.
  /// - Parameter directory: where it keeps what libvirt forgets; nil to keep nothing.
  package init(uri: String, environment: AgentEnvironment, logger: Logger, directory: StateDirectory? = nil) throws {
    try self.init(
      uri: uri, environment: environment, logger: logger, kernel: KernelFiles(),
      moved: MovedDomains(directory, logger: logger))
  }

  init(
    uri: String, environment: AgentEnvironment, logger: Logger, kernel: KernelFiles,
    moved: MovedDomains = MovedDomains()
  ) throws {
    let changes = ChangeFeed()
    let reboots = RebootCounter()
    let connector = try LibvirtConnector(
      uri: uri, environment: environment, logger: logger, changes: changes, reboots: reboots)
    self.changes = changes
    self.reboots = reboots
    self.environment = environment
    self.kernel = kernel
    self.moved = moved
    self.connector = connector
    identities = try DiskIdentities(environment: environment)
    guests = GuestAddressCache(ticks: environment.clock, changes: changes) {
      try await Self.askGuest($0, over: connector)
    }
  }

  /// Keeps libvirt reachable until the task is cancelled.
  package func run() async { await connector.run() }

  /// Connects to libvirt once, for programs that do not ``run()``.
  /// - Throws: ``FleetError`` that says why it is not reachable.
  package func connect() async throws {
    do { try await connector.connect() } catch { throw FleetError(libvirt: error) }
  }

  package var state: LibvirtState { get async { await connector.state } }

  /// Runs a call on one domain.
  /// - Parameter isLook: true for one that is not tried while another look at that domain is stuck.
  func onDomain<Value: Sendable>(
    _ name: String, _ id: VMID, within limit: Duration = LibvirtConnector.callLimit, isLook: Bool = false,
    _ body: @escaping @Sendable (Domain) throws -> Value
  ) async throws -> Value {
    try await connector.call(LibvirtConnectionPool.Subject(call: name, vm: id, isLook: isLook), within: limit) {
      try body($0.domain(uuid: id.description))
    }
  }
}
