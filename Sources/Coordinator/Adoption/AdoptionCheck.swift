import Fleet
import Scheduling
import Store

/// Checks whether one unmanaged domain may become a managed VM, by the fleet at one moment.
struct AdoptionCheck: Sendable {
  let view: FleetView
  let fleetID: FleetID
  let now: Timestamp
  /// True if the administrator declares this one the owner of what it shares with other unmanaged VMs.
  let acceptConflicts: Bool

  /// The VM that the domain becomes, with notes for the administrator.
  ///
  /// Of several that share an address exactly one passes; see ``Originals``.
  /// - Throws: ``FleetError`` with code `conflict`.
  func pass(
    _ adoptee: AdoptedDomain, _ domain: ObservedDomain, on entry: HostEntry, in reader: FleetSnapshotReader
  ) throws -> AdoptedDomain {
    var adoptee = adoptee
    if let mark = domain.mark, mark.fleetID != fleetID.description {
      throw FleetError(
        .conflict, "VM \"\(domain.name.printable)\" has the mark of another fleet, \(mark.fleetID.printable)",
        hint: "release it there: roost release \(domain.name.shellQuoted)")
    }
    adoptee.notes += try shared(domain, on: entry, in: reader)
    if let other = view.vms.values.first(where: { $0.spec.name == adoptee.spec.name }) {
      throw Self.taken(domain.name, by: "a VM on \(other.host)")
    }
    for mac in adoptee.macs {
      let holder = try reader.macHolder(mac)
      guard holder?.owner.vmID != domain.id,
        let refusal = ChosenMAC.refusal(
          mac, holder: holder, observedOwners: [], claim: MACClaim(name: domain.name, vmID: domain.id), now: now)
      else { continue }
      throw FleetError(
        refusal.code, refusal.message,
        hint: "see who has it: roost mac show \(mac); if it is free: roost mac reclaim \(mac)")
    }
    if let number = adoptee.vncPort, let port = try reader.portHolder(number),
      port.vm != domain.name || port.host != entry.host.name
    {
      guard adoptee.isAutoport else {
        throw FleetError(
          .conflict, "its VNC port \(number) belongs to \"\(port.vm)\" on \(port.host)",
          hint: "give it another on its host: virsh edit \(domain.name.shellQuoted)")
      }
      adoptee.notes.removeAll { $0 == DomainImporter.keptPort(number) }
      adoptee.notes.append(
        "its VNC port \(number) is kept for \"\(port.vm)\" on \(port.host), so none is kept for it")
      adoptee.vncPort = nil
      adoptee.spec.vnc = nil
    }
    if let note = oversold(adoptee, entry) { adoptee.notes.append(note) }
    return adoptee
  }

  /// The error for a name that belongs to another VM.
  static func taken(_ name: String, by whom: String) -> FleetError {
    FleetError(
      .conflict, "the name \"\(name.printable)\" belongs to \(whom) already",
      hint: "rename one on its host, while it is off: virsh domrename \(name.shellQuoted) NEW-NAME")
  }

  /// One sentence if this VM overcommits its host. It is adopted all the same: its guest is already there, and only
  /// counting it keeps more from being placed there.
  private func oversold(_ adoptee: AdoptedDomain, _ entry: HostEntry) -> String? {
    guard let limit = (entry.facts?.capacity ?? entry.host.capacity)?.limit else { return nil }
    let managed = view.vms.values.filter { $0.hostID == entry.host.id }.reduce(Reservation()) {
      $0 + $1.spec.reservation
    }
    let after = managed + adoptee.spec.reservation
    if after.vcpus > limit.vcpus {
      return "\(entry.host.name) is oversold with it: its VMs reserve \(after.vcpus) vCPUs of \(limit.vcpus)"
    }
    if after.memory > limit.memory {
      return "\(entry.host.name) is oversold with it: its VMs reserve \(after.memory) of \(limit.memory)"
    }
    return nil
  }
}

extension AdoptionCheck {
  /// Notes about others that have the domain's UUID or one of its addresses, if it is the original.
  /// - Throws: ``FleetError`` with code `conflict` that tells a copy from a collision and names the original, if it is
  ///   another one.
  func shared(_ domain: ObservedDomain, on entry: HostEntry, in reader: FleetSnapshotReader) throws -> [String] {
    let own = AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name)
    return try duplicates(of: domain, own, in: reader) + sharers(of: domain, own, in: reader)
  }

  /// Definitions of the same UUID on several hosts: one is a copy of the other.
  private func duplicates(
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

  /// Other owners of its addresses.
  private func sharers(
    of domain: ObservedDomain, _ own: AddressOwner, in reader: FleetSnapshotReader
  ) throws -> [String] {
    var notes: [String] = []
    let page = try LedgerSlice.of(domain.macs, reader)
    // For two with the same UUID a shared address adds nothing.
    for conflict in view.allConflicts(page, of: domain.macs)
    where conflict.entry.claimants.contains(where: { $0.vmID != domain.id }) {
      let mac = conflict.entry.mac
      let holder = try reader.macHolder(mac)
      let claimants = try conflict.entry.claimants.map { owner in
        try claimant(owner, of: mac, isHeld: owner.vmID == nil || owner.vmID == holder?.owner.vmID, in: reader)
      }
      // The administrator's choice yields only to an owner in the ledger.
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
  /// - Returns: notes about the others, if this one is the original.
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

/// The result that adopting one domain would have.
struct AdoptionVerdict: Sendable {
  let host: HostEntry
  let domain: ObservedDomain
  let result: Result<AdoptedDomain, FleetError>
}
