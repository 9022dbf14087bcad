import Fleet
import Scheduling
import Store

/// Checks whether one unmanaged domain may become a managed VM, by the fleet at one moment.
struct AdoptionCheck {
  let snapshot: AdoptionSnapshot
  let fleetID: FleetID
  let now: Timestamp
  /// True if the administrator declares this one the owner of what it shares with other unmanaged VMs.
  let acceptConflicts: Bool

  private var view: FleetView { snapshot.view }
  private var reader: FleetSnapshotReader { snapshot.reader }

  /// The VM that the domain becomes, with notes for the administrator.
  ///
  /// Of several that share an address exactly one passes; see ``Originals``.
  /// - Throws: ``FleetError`` with code `conflict`.
  func pass(_ adoptee: AdoptedDomain, _ domain: ObservedDomain, on entry: HostEntry) throws -> AdoptedDomain {
    var adoptee = adoptee
    if let mark = domain.mark, mark.fleetID != fleetID.description {
      throw FleetError(
        .conflict, "VM \"\(domain.name.printable)\" has the mark of another fleet, \(mark.fleetID.printable)",
        hint: "release it there: roost release \(domain.name.shellQuoted)")
    }
    adoptee.notes += try shared(domain, on: entry)
    if let other = snapshot.vm(named: adoptee.spec.name) {
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
    let after = snapshot.reserved(on: entry.host.id) + adoptee.spec.reservation
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
  func shared(_ domain: ObservedDomain, on entry: HostEntry) throws -> [String] {
    let own = AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name)
    return try duplicates(of: domain, own) + sharers(of: domain, own)
  }

  /// Definitions of the same UUID on several hosts: one is a copy of the other.
  private func duplicates(of domain: ObservedDomain, _ own: AddressOwner) throws -> [String] {
    if let vm = view.vms[domain.id] {
      throw FleetError(
        .conflict, "it is a copy: \"\(vm.spec.name)\" on \(vm.host), which is managed, has the same UUID \(domain.id)",
        hint: Self.undefine)
    }
    let places = snapshot.hosts(defining: domain.id)
    guard places.count > 1, !acceptConflicts else { return [] }
    let claimants = try places.compactMap { entry in
      try entry.domains[domain.id].map { domain in
        Originals.Claimant(
          owner: AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name),
          isActive: domain.state.isActive,
          firstSeen: try snapshot.firstSeen(domain.id, on: entry.host.id, with: domain.macs))
      }
    }
    let others = AddressOwner.list(claimants.map(\.owner).filter { $0 != own }, joinedBy: " and ")
    guard let ruling = Originals.ruling(among: claimants) else { return [] }
    let what = "a copy, \(others) has the same UUID \(domain.id)"
    return [try note(of: ruling, own, what, keepHint(domain, own))]
  }

  /// Other owners of its addresses.
  private func sharers(of domain: ObservedDomain, _ own: AddressOwner) throws -> [String] {
    var notes: [String] = []
    for mac in domain.macs.sorted() {
      // For two with the same UUID a shared address adds nothing. The administrator's choice yields only to an owner in
      // the ledger.
      guard let shared = try snapshot.shared(mac), shared.isShared(beyond: domain.id),
        shared.isHeld || !acceptConflicts, let ruling = shared.ruling
      else { continue }
      let hint = shared.isHeld ? "see who has it: roost mac show \(mac)" : keepHint(domain, own)
      notes.append(try note(of: ruling, own, shared.sentence, hint))
    }
    return notes
  }

  /// - Parameter what: how they share it, one sentence or the end of one.
  /// - Returns: a note about the others, if this one is the original.
  /// - Throws: ``FleetError`` with code `conflict` if another is the original.
  private func note(
    of ruling: Originals.Ruling, _ own: AddressOwner, _ what: String, _ hint: String
  ) throws -> String {
    guard ruling.original == own else {
      let doubt = ruling.isSure ? "" : ", which is a guess while several run"
      throw FleetError(
        .conflict, "\(what); the original is \(ruling.original), for \(ruling.reason)\(doubt)", hint: hint)
    }
    let doubt =
      ruling.isSure
      ? "" : "; that is a guess: \(AddressOwner.list(ruling.rivals, joinedBy: " and ")) runs as well"
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

  /// The same domain with a refusal.
  func refused(_ error: FleetError) -> AdoptionVerdict {
    AdoptionVerdict(host: host, domain: domain, result: .failure(error))
  }
}
