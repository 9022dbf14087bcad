internal import Fleet

/// Writes Roost's mark into an existing domain, and removes it; nothing else of the domain changes.
struct DomainMarker: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let records: DiskRecords
  let marks: MarkRecords
  let wall: any WallClock

  /// Marks a domain, unless it has the same mark already.
  func mark(_ mark: VMMark) async throws {
    guard mark.fleetID == fleetID.description else {
      throw FleetError(.denied, "the action is of the fleet \(mark.fleetID.printable), this host's is \(fleetID)")
    }
    guard let domain = try await hypervisor.domain(mark.vmID) else {
      throw FleetError.noDomain(mark.vmID)
    }
    if domain.mark != nil { try Ownership.check(domain, vm: mark.vmID, fleet: fleetID) }
    guard domain.mark != mark else { return }
    if domain.mark == nil {
      try marks.add(mark.vmID, at: wall.now())
      // A domain that can't be read now is adopted all the same; defining it again then needs the host's grant.
      if let texts = try? await hypervisor.document(of: mark.vmID) { try marks.note(asked: texts, of: mark.vmID) }
    }
    try await hypervisor.setMark(mark, on: mark.vmID)
  }

  /// Removes the mark, and forgets which disks Roost made for the VM; does nothing if the domain is gone.
  func unmark(_ id: VMID, fleet: FleetID) async throws {
    guard fleet == fleetID else {
      throw FleetError(.denied, "the action is of the fleet \(fleet), this host's is \(fleetID)")
    }
    if let domain = try await hypervisor.domain(id), domain.mark != nil {
      try Ownership.check(domain, vm: id, fleet: fleetID)
      try await hypervisor.setMark(nil, on: id)
    }
    try marks.forgetAsked(id)
    try records.forget(id)
  }
}
