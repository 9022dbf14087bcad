internal import Fleet

/// Changes one interface of a domain that carries the fleet's mark.
struct NICChanger: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor

  func perform(_ change: NICChange, on id: VMID) async throws {
    guard let domain = try await hypervisor.domain(id) else {
      throw FleetError.noDomain(id)
    }
    try Ownership.check(domain, vm: id, fleet: fleetID)
    switch change {
    case .address(let mac, let next, let mark):
      guard !domain.state.isActive else {
        throw FleetError(
          .precondition, "VM \"\(domain.name)\" runs, and keeps its MAC until it is stopped",
          hint: "stop it first: roost stop \(domain.name.shellQuoted)")
      }
      guard domain.saved?.nics.contains(where: { $0.mac == next }) != true else {
        return try await hypervisor.setMark(mark, on: id)
      }
      try await hypervisor.setMAC(next, inPlaceOf: mac, mark, on: id)
    case .linkDown(let mac):
      guard domain.live?.nics.contains(where: { $0.mac == mac }) == true else {
        throw FleetError(.precondition, "VM \"\(domain.name)\" does not run with the MAC \(mac)")
      }
      try await hypervisor.takeLinkDown(of: mac, on: id)
    }
  }
}
