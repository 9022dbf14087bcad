import Fleet
import Scheduling
import Store

extension AdoptionCheck {
  /// What to say of others that have the domain's UUID or one of its addresses, if it is the original.
  /// - Throws: ``FleetError`` with code `conflict` that tells a copy from a collision and names the original, if it is
  ///   another one.
  func shared(_ domain: ObservedDomain, on entry: HostEntry, in reader: FleetSnapshotReader) throws -> [String] {
    let own = AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name)
    return try twins(of: domain, own, in: reader) + sharers(of: domain, own, in: reader)
  }

  /// One UUID on several hosts: one definition was made from the other.
  private func twins(
    of domain: ObservedDomain, _ own: AddressOwner, in reader: FleetSnapshotReader
  ) throws -> [String] {
    let places = view.sortedHosts.compactMap { entry in entry.domains[domain.id].map { (entry, $0) } }
    guard places.count > 1 || view.vms[domain.id] != nil else { return [] }
    if let vm = view.vms[domain.id] {
      throw FleetError(
        .conflict, "it is a copy: \"\(vm.spec.name)\" on \(vm.host), which is managed, has the same UUID \(domain.id)",
        hint: Self.undefine)
    }
    guard !acceptConflicts else { return [] }
    let claimants = try places.map { entry, domain in
      Originals.Claimant(
        owner: AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name),
        isActive: domain.state.isActive, firstSeen: try firstSeen(domain, domain.macs, on: entry, in: reader))
    }
    let others = claimants.filter { $0.owner != own }.map(\.owner.description).joined(separator: " and ")
    return try rule(
      claimants, own, "a copy, \(others) has the same UUID \(domain.id)", keepHint(domain, own)
    ).map { [$0] } ?? []
  }

  /// Addresses that others have too.
  private func sharers(
    of domain: ObservedDomain, _ own: AddressOwner, in reader: FleetSnapshotReader
  ) throws -> [String] {
    var notes: [String] = []
    let page = try LedgerPage.of(domain.macs, reader)
    // Of two with one UUID its address says nothing more.
    for conflict in view.allConflicts(page, of: domain.macs)
    where conflict.entry.claimants.contains(where: { $0.vmID != domain.id }) {
      let mac = conflict.entry.mac
      let holder = try reader.macHolder(mac)
      let claimants = try conflict.entry.claimants.map { owner in
        try claimant(owner, of: mac, isHeld: owner.vmID == nil || owner.vmID == holder?.owner.vmID, in: reader)
      }
      // Whom the person calls the owner is weighed against nobody but an owner by the ledger.
      guard !acceptConflicts || claimants.contains(where: \.isHeld) else { continue }
      let hint =
        claimants.contains(where: \.isHeld) ? "see who has it: roost mac show \(mac)" : keepHint(domain, own)
      if let note = try rule(claimants, own, conflict.sentence, hint) { notes.append(note) }
    }
    return notes
  }

  private func claimant(
    _ owner: AddressOwner, of mac: MACAddress, isHeld: Bool, in reader: FleetSnapshotReader
  ) throws -> Originals.Claimant {
    guard let id = owner.vmID, let entry = view.host(owner.host), let domain = entry.domains[id] else {
      return Originals.Claimant(owner: owner, isHeld: isHeld || owner.vmID.map { view.vms[$0] != nil } ?? true)
    }
    return Originals.Claimant(
      owner: owner, isHeld: isHeld || view.vms[id] != nil, isActive: domain.state.isActive,
      firstSeen: try firstSeen(domain, [mac], on: entry, in: reader))
  }

  /// When a domain was first seen on a host with one of some addresses.
  private func firstSeen(
    _ domain: ObservedDomain, _ macs: Set<MACAddress>, on entry: HostEntry, in reader: FleetSnapshotReader
  ) throws -> Timestamp? {
    try macs.flatMap { try reader.sightings(of: $0) }
      .filter { $0.hostID == entry.host.id && $0.owner.vmID == domain.id && $0.endedAt == nil }.map(\.firstSeen).min()
  }

  /// - Parameter what: how they share it, one sentence or the end of one.
  /// - Returns: what to say of an original with others beside it.
  /// - Throws: ``FleetError`` with code `conflict` if another is the original.
  private func rule(
    _ claimants: [Originals.Claimant], _ own: AddressOwner, _ what: String, _ hint: String
  ) throws -> String? {
    guard claimants.count > 1, let ruling = Originals.ruling(among: claimants) else { return nil }
    guard ruling.original == own else {
      let doubt = ruling.isSure ? "" : ", which is a guess while several run"
      throw FleetError(
        .conflict, "\(what); the original is \(ruling.original), for \(ruling.reason)\(doubt)", hint: hint)
    }
    let doubt =
      ruling.isSure
      ? "" : "; that is a guess: \(ruling.rivals.map(\.description).joined(separator: " and ")) runs as well"
    return "\(what); it is taken for the original, for \(ruling.reason)\(doubt)"
  }

  private func keepHint(_ domain: ObservedDomain, _ own: AddressOwner) -> String {
    "if this is the one that shall keep it: roost adopt --host \(own.host.shellQuoted) --accept-conflicts "
      + domain.name.shellQuoted
  }

  private static let undefine = "undefine the one that is not used, with virsh on its host"
}
