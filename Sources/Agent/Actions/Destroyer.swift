internal import Fleet

/// Destroys a VM that has a tombstone: its guest, its definition, and the disks that Roost made for it.
struct Destroyer: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let disks: DiskMaker
  let marks: MarkRecords
  let trust: HostTrustReader
  let wall: any WallClock

  func perform(
    _ id: VMID, tombstone: TombstoneID, keepDisks: Bool, progress: @escaping ActionPerformer.Progress
  ) async throws {
    guard tombstone.value != UniqueID(high: 0, low: 0) else {
      throw FleetError(.denied, "VM \(id) has no tombstone, and without one nothing is destroyed")
    }
    if let domain = try await hypervisor.domain(id) {
      try Ownership.check(domain, vm: id, fleet: fleetID)
      try marks.checkGrace(of: domain, now: wall.now(), trust: trust.trust(pools: []))
      progress("destroy", nil)
      if domain.state.isActive { try await hypervisor.destroy(id) }
      if try await hypervisor.domain(id)?.isPersistent == true { try await hypervisor.undefine(id) }
    }
    try marks.remove(id)
    if keepDisks {
      try disks.records.forget(id)
    } else {
      progress("delete disks", nil)
      let directories = Set(try disks.records.records(of: id).map { HostFile.parent(of: $0.path) })
      _ = try disks.deleteDisks(of: id)
      for directory in directories { try? await hypervisor.refreshPool(at: directory) }
    }
  }
}
