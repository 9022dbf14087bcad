/// What all hosts and running VMs use, as last measured.
public struct FleetUsage: Hashable, Sendable {
  /// The hosts by name.
  public var hosts: [HostUsage]
  /// The running VMs by name, then host.
  public var vms: [VMUsage]

  /// Puts figures together.
  public init(hosts: [HostUsage] = [], vms: [VMUsage] = []) {
    self.hosts = hosts
    self.vms = vms
  }
}
