import Fleet
import RoostAPI
import Scheduling
import Store

/// Finds unmanaged VMs and says what would come of adopting them.
struct AdoptionDesk: Sendable {
  let admission: Admission
  let sessions: AgentSessions
  let importer: DomainImporter

  /// What would come of adopting each unmanaged VM of a host, or of all; nothing is changed.
  ///
  /// Names that several have are told here, as adopting them in turn would.
  func plan(vm: String, host: String, acceptConflicts: Bool) async throws -> [AdoptionVerdict] {
    let view = await admission.inventory.view
    if !vm.isEmpty {
      let (entry, domain) = try view.requiredUnmanaged(vm, host: host)
      return [await verdict(for: domain, on: entry, acceptConflicts: acceptConflicts)]
    }
    let entries = host.isEmpty ? view.sortedHosts : [try view.requiredHost(host)]
    var names: Set<String> = []
    var verdicts: [AdoptionVerdict] = []
    for entry in entries {
      for domain in entry.domains.values.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) })
      where view.vms[domain.id]?.hostID != entry.host.id {
        var verdict = await verdict(for: domain, on: entry, acceptConflicts: acceptConflicts)
        if case .success(let adoptee) = verdict.result, !names.insert(adoptee.spec.name).inserted {
          verdict = AdoptionVerdict(
            host: entry, domain: domain, result: .failure(Self.taken(domain.name, by: "another VM to be adopted")))
        }
        verdicts.append(verdict)
      }
    }
    return verdicts
  }

  /// What would come of adopting one VM.
  func verdict(for domain: ObservedDomain, on entry: HostEntry, acceptConflicts: Bool) async -> AdoptionVerdict {
    do {
      try Admission.checkReachable(entry, "adopt VM \"\(domain.name.printable)\"", now: admission.clock.now())
      let texts = try await sessions.document(of: domain.id, on: entry.host.id, within: Rebuilder.documentTimeout)
      var adoptee = try importer.adoptee(texts, domain)
      try await check(&adoptee, domain, on: entry, acceptConflicts: acceptConflicts)
      return AdoptionVerdict(host: entry, domain: domain, result: .success(adoptee))
    } catch {
      return AdoptionVerdict(host: entry, domain: domain, result: .failure(FleetError(error)))
    }
  }

  private func check(
    _ adoptee: inout Adoptee, _ domain: ObservedDomain, on entry: HostEntry, acceptConflicts: Bool
  ) async throws {
    let view = await admission.inventory.view
    if let mark = domain.mark, mark.fleetID != admission.office.fleetID.description {
      throw FleetError(
        .conflict, "VM \"\(domain.name.printable)\" has the mark of another fleet, \(mark.fleetID.printable)",
        hint: "release it there: roost release \(domain.name.printable)")
    }
    if let other = view.vms.values.first(where: { $0.spec.name == adoptee.spec.name }) {
      throw Self.taken(domain.name, by: "a VM on \(other.host)")
    }
    let twin = view.sortedHosts.first { $0.host.id != entry.host.id && $0.domains[domain.id] != nil }
    if let twin, !acceptConflicts || view.vms[domain.id] != nil {
      throw FleetError(
        .conflict, "host \(twin.host.name) has a VM with the same UUID \(domain.id): one is a copy of the other",
        hint: "undefine the one that is not used, with virsh on its host")
    }
    let adopted = adoptee
    let (ledger, holders, port) = try await admission.store.read { reader in
      (
        try LedgerPage.of(Set(adopted.macs), reader), try adopted.macs.map { try reader.macHolder($0) },
        try adopted.vncPort.flatMap { try reader.portHolder($0) }
      )
    }
    for (mac, holder) in zip(adoptee.macs, holders) where holder?.owner.vmID != domain.id {
      guard let refusal = ChosenMAC.verdict(mac, holder: holder, observedOwners: [], now: admission.clock.now()) else {
        continue
      }
      throw FleetError(refusal.code, refusal.message, hint: "see who has it: roost mac show \(mac)")
    }
    if !acceptConflicts, let conflict = Self.conflict(of: adoptee, view.conflicts(ledger, of: Set(adoptee.macs))) {
      throw FleetError(
        .conflict, conflict,
        hint: "if this is the one that shall keep it: roost adopt \(domain.name.printable) --host \(entry.host.name) "
          + "--accept-conflicts")
    }
    if let port, port.vm != domain.name || port.host != entry.host.name {
      guard adoptee.isAutoport else {
        throw FleetError(
          .conflict, "its VNC port \(adoptee.vncPort ?? 0) belongs to \"\(port.vm)\" on \(port.host)",
          hint: "give it another on its host: virsh edit \(domain.name.printable)")
      }
      adoptee.notes.append(
        "its VNC port \(adoptee.vncPort ?? 0) is kept for \"\(port.vm)\" on \(port.host), so none is kept for it")
      adoptee.vncPort = nil
      adoptee.spec.vnc = nil
    }
    if let note = Self.oversold(adoptee, entry, view) { adoptee.notes.append(note) }
  }

  /// One sentence for the first of the VM's addresses that another has too.
  private static func conflict(of adoptee: Adoptee, _ conflicts: [AddressConflict]) -> String? {
    let macs = Set(adoptee.macs)
    return conflicts.first { macs.contains($0.entry.mac) }?.sentence
  }

  /// One sentence if the host has less than its VMs reserve, once this one counts too. It is adopted all the same: its
  /// guest is there already, and only what is counted keeps more from being placed there.
  private static func oversold(_ adoptee: Adoptee, _ entry: HostEntry, _ view: FleetView) -> String? {
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

  private static func taken(_ name: String, by whom: String) -> FleetError {
    FleetError(
      .conflict, "the name \"\(name.printable)\" belongs to \(whom) already",
      hint: "rename one on its host, while it is off: virsh domrename \(name.printable) NEW-NAME")
  }
}

extension FleetView {
  /// The one unmanaged domain that a name or id means.
  /// - Throws: ``FleetError`` with code `notFound`, or `conflict` for a managed VM and for a name on several hosts.
  func requiredUnmanaged(_ nameOrID: String, host: String) throws(FleetError) -> (HostEntry, ObservedDomain) {
    let entries = host.isEmpty ? sortedHosts : [try requiredHost(host)]
    let id = VMID(nameOrID)
    var found: [(HostEntry, ObservedDomain)] = []
    for entry in entries {
      for domain in entry.domains.values where domain.name == nameOrID || domain.id == id {
        found.append((entry, domain))
      }
    }
    let unmanaged = found.filter { entry, domain in vms[domain.id]?.hostID != entry.host.id }
    guard let first = unmanaged.first else {
      guard let (entry, domain) = found.first else {
        let place = host.isEmpty ? "" : " on \(host.printable)"
        throw FleetError(.notFound, "there is no VM \"\(nameOrID.printable)\"\(place)", hint: "list them: roost list")
      }
      throw FleetError(
        .conflict, "VM \"\(domain.name.printable)\" on \(entry.host.name) is managed already",
        hint: "roost show \(domain.name.printable)")
    }
    guard unmanaged.count == 1 else {
      let hosts = unmanaged.map(\.0.host.name).joined(separator: ", ")
      throw FleetError(
        .conflict, "\"\(nameOrID.printable)\" is the name of \(unmanaged.count) unmanaged VMs, on \(hosts)",
        hint: "name the host: roost adopt \(nameOrID.printable) --host \(first.0.host.name)")
    }
    return first
  }
}
