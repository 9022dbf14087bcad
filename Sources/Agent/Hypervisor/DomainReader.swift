internal import DomainXML
internal import Fleet
internal import Libvirt

/// Reads everything about one domain; runs on a thread that may block.
struct DomainReader {
  let id: VMID
  let seenAt: Timestamp
  /// The host's own.
  let neighbours: NeighbourTable

  /// Reads the domain, and whether its guest agent can be queried.
  func read(_ domain: Domain) throws -> (ObservedDomain, hasGuestAgent: Bool) {
    let status = try domain.status()
    // libvirt's state does not always tell whether a QEMU process exists.
    let isActive = try domain.isActive()
    let state = Fleet.DomainState(status.state, isActive: isActive)
    let persistent = try domain.isPersistent()
    let liveDocument = isActive ? try DomainDocument(parsing: domain.xml()) : nil
    let savedDocument = persistent ? try DomainDocument(parsing: domain.xml(.inactive)) : nil
    let hasManagedSave = (try? domain.hasManagedSave()) ?? false
    let name = (savedDocument ?? liveDocument).flatMap { try? $0.name } ?? domain.name
    let live = liveDocument.map(DomainConfiguration.init)
    let observed = ObservedDomain(
      id: id, name: name, state: state, isPersistent: persistent,
      autostart: (try? domain.autostart()) ?? false, hasManagedSave: hasManagedSave,
      live: live, saved: savedDocument.map(DomainConfiguration.init),
      kept: kept(domain, hasManagedSave: hasManagedSave), mark: mark(savedDocument ?? liveDocument),
      leases: isActive ? leases(domain, of: Set(live?.nics.compactMap(\.mac) ?? [])) : [], seenAt: seenAt,
      isMovedAway: !isActive && status.state == .shutOff && status.reason == .migrated)
    return (observed, liveDocument?.hasConnectedGuestAgent ?? false)
  }

  /// The configurations in snapshots and in a saved state, because their addresses can come back.
  private func kept(_ domain: Domain, hasManagedSave: Bool) -> [DomainConfiguration] {
    var documents: [DomainDocument] = []
    for text in (try? domain.snapshotsXML()) ?? [] {
      guard let snapshot = try? SnapshotDocument(parsing: text) else { continue }
      documents += [snapshot.domain, snapshot.inactiveDomain].compactMap { $0 }
    }
    if hasManagedSave, let text = try? domain.managedSaveXML(), let document = try? DomainDocument(parsing: text) {
      documents.append(document)
    }
    return documents.map(DomainConfiguration.init)
  }

  /// Roost's mark; a malformed one counts as none, since it proves nothing.
  private func mark(_ document: DomainDocument?) -> VMMark? {
    guard let document, let found = try? document.mark, let vmID = VMID(found.vmID) else { return nil }
    return VMMark(
      fleetID: found.fleetID, vmID: vmID, revision: found.revision,
      allocations: Allocations(
        macs: found.macs.compactMap { MACAddress($0.description) }, vncPort: found.vncPort))
  }

  /// The leases of libvirt's DHCP servers and the entries of the host's neighbour table.
  private func leases(_ domain: Domain, of macs: Set<MACAddress>) -> [AddressLease] {
    let leases = ((try? domain.interfaceAddresses(source: .lease)) ?? []).flatMap { interface in
      interface.addresses.compactMap { address in
        interface.mac.flatMap { MACAddress($0) }.map { AddressLease(mac: $0, ip: address.text, source: "lease") }
      }
    }
    return leases + neighbours.leases(of: macs)
  }
}

extension Fleet.DomainState {
  /// Uses libvirt's state where it agrees with whether the domain is active.
  init(_ state: Libvirt.DomainState, isActive: Bool) {
    guard isActive else {
      self = .stopped
      return
    }
    self =
      switch state {
      case .blocked: .blocked
      case .paused: .paused
      case .shuttingDown: .shuttingDown
      case .crashed: .crashed
      case .suspendedByGuest: .suspended
      // It was started between the two queries, or libvirt has no state for what it does.
      case .running, .shutOff, .noState, .unknown: .running
      }
  }
}
