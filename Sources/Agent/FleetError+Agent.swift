public import Fleet
internal import RoostAPI

extension FleetError {
  /// Whatever anything in the agent threw, as Roost's own error.
  public init(agent error: any Error) {
    let known = FleetError(libvirt: error)
    self = known.code == .internal && !(error is FleetError) ? FleetError(error) : known
  }
}
