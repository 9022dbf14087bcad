public import Fleet
internal import Libvirt
public import Logging

/// The real door: libvirt on this host.
public struct LibvirtHypervisor: Hypervisor {
  public let changes: ChangeFeed
  public let reboots: RebootTally
  let link: LibvirtLink
  let ambient: Ambient

  /// Makes the door to the libvirt at a URI such as `qemu:///system`; nothing is opened yet.
  public init(uri: String, ambient: Ambient, logger: Logger) throws {
    changes = ChangeFeed()
    reboots = RebootTally()
    self.ambient = ambient
    link = try LibvirtLink(uri: uri, ambient: ambient, logger: logger, changes: changes, reboots: reboots)
  }

  /// Keeps libvirt reachable until the task is cancelled.
  public func run() async { await link.run() }

  /// Opens libvirt once, for programs that do not ``run()``.
  /// - Throws: ``FleetError`` that says why it is not reachable.
  public func connect() async throws {
    do { try await link.connect() } catch { throw FleetError(libvirt: error) }
  }

  public var state: LibvirtState { get async { await link.state } }

  /// Runs a call on one domain.
  func onDomain<Value: Sendable>(
    _ name: String, _ id: VMID, within limit: Duration = LibvirtLink.callLimit,
    _ body: @escaping @Sendable (Domain) throws -> Value
  ) async throws -> Value {
    try await link.call(name, within: limit) { try body($0.domain(uuid: id.description)) }
  }
}
