internal import Fleet

/// Checks which fleet a domain belongs to.
enum Ownership {
  /// Checks that a domain carries this fleet's mark for this VM.
  /// - Throws: ``FleetError`` with code `denied` if it does not; Roost changes only domains with its own mark.
  static func check(_ domain: ObservedDomain, vm: VMID, fleet: FleetID) throws(FleetError) {
    guard let mark = domain.mark else {
      throw FleetError(
        .denied, "the domain \"\(domain.name.printable)\" does not carry Roost's mark, so it is not touched")
    }
    guard mark.fleetID == fleet.description, mark.vmID == vm, domain.id == vm else {
      throw FleetError(
        .denied,
        "the domain \"\(domain.name.printable)\" is marked as VM \(mark.vmID) of the fleet"
          + " \(mark.fleetID.printable), so it is not touched")
    }
  }
}
