public import Fleet
internal import RoostAPI

extension FleetError {
  /// Whatever anything in the agent threw, as Roost's own error.
  public init(agent error: any Error) {
    let known = FleetError(libvirt: error)
    self = known.code == .internal && !(error is FleetError) ? FleetError(error) : known
  }
}

extension FleetError {
  /// That this host does not have a VM's domain.
  static func noDomain(_ id: VMID) -> FleetError {
    FleetError(
      .notFound, "libvirt on host \"\(HostName.current)\" has no domain \(id)",
      hint: "if it was undefined with virsh, define it again: roost recover \(id)")
  }
}
