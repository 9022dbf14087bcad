internal import Fleet

/// Whose consoles and displays the fleet may open on this host.
struct TunnelPermission: Sendable {
  let fleetID: FleetID
  let trust: HostTrustReader

  /// Refuses the console or display of a guest that is not the fleet's, unless the host's file opens those that are
  /// nobody's.
  /// - Throws: ``FleetError`` with code `denied`.
  func check(_ domain: ObservedDomain) throws(FleetError) {
    guard domain.mark == nil else { return try Ownership.check(domain, vm: domain.id, fleet: fleetID) }
    let trust = trust.trust(pools: [])
    guard trust.unmanagedConsoles else {
      throw FleetError(
        .denied, "VM \"\(domain.name.printable)\" is not managed by Roost, and its host keeps its console and display",
        hint: "roost adopt \(domain.name.shellQuoted); or have unmanaged_consoles = true in [trust] of \(trust.file)"
          + " there")
    }
  }
}
