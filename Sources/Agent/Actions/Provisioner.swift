internal import Fleet

/// Makes a VM: its disks, then its definition.
struct Provisioner: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let disks: DiskMaker
  let facts: FactsKeeper

  func perform(_ provision: Provision, progress: @escaping ActionPerformer.Progress) async throws {
    try await check(provision, progress)
    if let present = try await hypervisor.domain(provision.vmID) {
      return try await change(present, provision, progress)
    }
    let facts = await facts.current
    let acceleration = try Acceleration(
      for: provision.spec, emulators: facts.emulators, kvmUsable: facts.kvmUsable)
    if let port = provision.allocations.vncPort, let vnc = provision.spec.vnc {
      try PortProbe.check(port: port, listen: vnc.listen)
    }
    let prepared = try await disks.prepare(provision, progress: progress)
    progress("define the domain", nil)
    let draft = DomainDraft(provision: provision, disks: prepared, acceleration: acceleration)
    let text = try draft.text()
    // Whoever is stopped here defines nothing any more; what has begun is not left half-way.
    try Task.checkCancellation()
    try await Task { try await hypervisor.define(text) }.value
    for directory in Set(prepared.compactMap(\.path).map(HostFile.parent)) {
      try? await hypervisor.refreshPool(at: directory)
    }
  }

  /// Defines a VM again whose definition is gone, over the disks that are there; a guest that runs keeps its own.
  func recover(_ provision: Provision, progress: @escaping ActionPerformer.Progress) async throws {
    try await check(provision, progress)
    if let present = try await hypervisor.domain(provision.vmID) {
      guard !present.isPersistent else { return }
      progress("save the definition of the running guest", nil)
      return try await hypervisor.keepDefinition(of: provision.vmID)
    }
    let facts = await facts.current
    let acceleration = try Acceleration(
      for: provision.spec, emulators: facts.emulators, kvmUsable: facts.kvmUsable)
    progress("find the disks", nil)
    let found = try await disks.find(provision, progress: progress)
    progress("define the domain", nil)
    try await hypervisor.define(
      try DomainDraft(provision: provision, disks: found, acceleration: acceleration).text())
  }

  private func check(_ provision: Provision, _ progress: ActionPerformer.Progress) async throws {
    try provision.spec.validated()
    guard provision.fleetID == fleetID else {
      throw FleetError(.denied, "the action is of the fleet \(provision.fleetID), this host's is \(fleetID)")
    }
    progress("check the host", nil)
    try await checkOthers(provision)
  }

  /// Gives a VM that is defined already the port it was given since; whatever else somebody changed in it stays.
  private func change(
    _ present: ObservedDomain, _ provision: Provision, _ progress: ActionPerformer.Progress
  ) async throws {
    let mark = FleetMark(
      fleetID: fleetID.description, vmID: provision.vmID, revision: provision.revision,
      allocations: provision.allocations)
    guard present.mark != mark else { return }
    guard let port = provision.allocations.vncPort, let vnc = provision.spec.vnc else {
      return try await hypervisor.setMark(mark, on: provision.vmID)
    }
    if !present.state.isActive { try PortProbe.check(port: port, listen: vnc.listen) }
    progress("change the VNC port", nil)
    try await hypervisor.setVNCPort(port, mark, on: provision.vmID)
  }

  /// Refuses to touch a domain that is not this VM, and addresses that another domain of this host has.
  private func checkOthers(_ provision: Provision) async throws {
    let macs = Set(provision.allocations.macs)
    let writable = Set(provision.spec.disks.filter { $0.device == .disk }.compactMap(\.path))
    for domain in try await hypervisor.domains() {
      if domain.id == provision.vmID {
        try Ownership.check(domain, vm: provision.vmID, fleet: fleetID)
        continue
      }
      guard domain.name != provision.spec.name else {
        throw FleetError(
          .conflict, "libvirt on this host has a domain \"\(domain.name.printable)\" already",
          hint: "choose another name")
      }
      let taken = domain.configurations.flatMap { $0.disks.filter { !$0.readOnly && !$0.shareable }.map(\.path) }
      if let path = writable.intersection(taken).first {
        throw FleetError(
          .conflict, "the disk \(path.printable) belongs to the domain \"\(domain.name.printable)\" on this host",
          hint: "two guests that write one disk destroy it; name another file")
      }
      if let mac = macs.intersection(domain.macs).first {
        throw FleetError(.conflict, "the MAC \(mac) belongs to the domain \"\(domain.name.printable)\" on this host")
      }
    }
  }
}
