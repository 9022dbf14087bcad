import Fleet
import RoostAPI
import Scheduling
import Store

/// Finds unmanaged VMs and predicts the result of adopting them.
struct AdoptionHandler: Sendable {
  let admission: Admission
  let sessions: ConnectedAgents
  let importer: DomainImporter

  /// The result that adopting each unmanaged VM of a host, or of all hosts, would have; changes nothing.
  ///
  /// Reports names that several have, as adopting them in turn would.
  func plan(vm: String, host: String, acceptConflicts: Bool) async throws -> [AdoptionVerdict] {
    let view = await admission.inventory.view
    if !vm.isEmpty {
      let (entry, domain) = try view.requiredUnmanaged(vm, host: host)
      return [await verdict(for: domain, on: entry, acceptConflicts: acceptConflicts)]
    }
    let entries = host.isEmpty ? view.sortedHosts : [try view.requiredHost(host)]
    var asked: [AdoptionVerdict] = []
    for entry in entries {
      for domain in entry.domains.values.sorted(by: { ($0.name, $0.id) < ($1.name, $1.id) })
      where view.vms[domain.id]?.hostID != entry.host.id {
        asked.append(await verdict(of: domain, on: entry) { try await adoptee(domain, on: entry) })
      }
    }
    var names: Set<String> = []
    return try await checked(asked, acceptConflicts: acceptConflicts).map { verdict in
      guard case .success(let adoptee) = verdict.result, !names.insert(adoptee.spec.name).inserted else {
        return verdict
      }
      return verdict.refused(AdoptionCheck.taken(verdict.domain.name, by: "another VM to be adopted"))
    }
  }

  /// The result that adopting one VM would have.
  func verdict(for domain: ObservedDomain, on entry: HostEntry, acceptConflicts: Bool) async -> AdoptionVerdict {
    await verdict(of: domain, on: entry) {
      let asked = try await adoptee(domain, on: entry)
      return try await checked(asked, domain, on: entry, acceptConflicts: acceptConflicts)
    }
  }

  private func verdict(
    of domain: ObservedDomain, on entry: HostEntry, _ body: () async throws -> AdoptedDomain
  ) async -> AdoptionVerdict {
    do {
      return AdoptionVerdict(host: entry, domain: domain, result: .success(try await body()))
    } catch {
      return AdoptionVerdict(host: entry, domain: domain, result: .failure(FleetError(error)))
    }
  }

  /// Reads a domain's documents from its host.
  /// - Throws: ``FleetError``: `unreachable`, `timedOut`, and what ``DomainImporter/adoptee(_:_:)`` throws.
  func adoptee(_ domain: ObservedDomain, on entry: HostEntry) async throws -> AdoptedDomain {
    try Admission.checkReachable(entry, "adopt VM \"\(domain.name.printable)\"", now: admission.clock.now())
    let texts = try await sessions.document(of: domain.id, on: entry.host.id, within: VMRecovery.documentTimeout)
    return try importer.adoptee(texts, domain)
  }

  /// Compares a read domain with the present fleet; queries no host.
  /// - Throws: ``FleetError`` with code `conflict`, `unreachable`.
  func checked(
    _ adoptee: AdoptedDomain, _ domain: ObservedDomain, on entry: HostEntry, acceptConflicts: Bool
  ) async throws -> AdoptedDomain {
    try Admission.checkReachable(entry, "adopt VM \"\(domain.name.printable)\"", now: admission.clock.now())
    let view = await admission.inventory.view.withoutDisregardedHosts(except: entry.host.id)
    let (fleetID, now) = (admission.context.fleetID, admission.clock.now())
    return try await admission.store.read { reader in
      let check = AdoptionCheck(
        snapshot: try AdoptionSnapshot(view, of: domain.macs, in: reader), fleetID: fleetID, now: now,
        acceptConflicts: acceptConflicts)
      return try check.pass(adoptee, domain, on: entry)
    }
  }

  /// Compares read domains with the present fleet, all at one moment; those that could not be read stay as they are.
  private func checked(_ asked: [AdoptionVerdict], acceptConflicts: Bool) async throws -> [AdoptionVerdict] {
    let view = await admission.inventory.view
    let (fleetID, now) = (admission.context.fleetID, admission.clock.now())
    let macs = asked.reduce(into: Set<MACAddress>()) { $0.formUnion($1.domain.macs) }
    return try await admission.store.read { reader in
      // The fleet looks the same from every host but those that are disregarded.
      var checks: [HostID?: AdoptionCheck] = [:]
      return try asked.map { verdict in
        guard case .success(let adoptee) = verdict.result else { return verdict }
        let own = verdict.host.host.isDisregarded ? verdict.host.host.id : nil
        let check =
          try checks[own]
          ?? AdoptionCheck(
            snapshot: AdoptionSnapshot(view.withoutDisregardedHosts(except: own), of: macs, in: reader),
            fleetID: fleetID, now: now, acceptConflicts: acceptConflicts)
        checks[own] = check
        do {
          let passed = try check.pass(adoptee, verdict.domain, on: verdict.host)
          return AdoptionVerdict(host: verdict.host, domain: verdict.domain, result: .success(passed))
        } catch {
          return verdict.refused(FleetError(error))
        }
      }
    }
  }
}

extension FleetView {
  /// The only unmanaged domain with a name or id.
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
        hint: "roost show \(domain.name.shellQuoted)")
    }
    guard unmanaged.count == 1 else {
      let hosts = unmanaged.map(\.0.host.name).joined(separator: ", ")
      throw FleetError(
        .conflict, "\"\(nameOrID.printable)\" is the name of \(unmanaged.count) unmanaged VMs, on \(hosts)",
        hint: "name the host: roost adopt --host \(first.0.host.name.shellQuoted) \(nameOrID.shellQuoted)")
    }
    return first
  }
}
