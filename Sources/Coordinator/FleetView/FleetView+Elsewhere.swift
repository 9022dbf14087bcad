import Fleet
import Scheduling
import Store

extension FleetView {
  /// What other hosts report of a VM, by the last report of each, current or silent; disregarded hosts are kept apart.
  /// - Parameter disks: whether to look for other domains, also on its own host, that use a file which Roost made for
  ///   it, as a disk or a backing file.
  /// - Complexity: linear in the silent hosts and those that have the VM, and with `disks` in the domains.
  func elsewhere(of vm: ManagedVM, disks: Bool) -> Elsewhere {
    var result = Elsewhere()
    let made = disks ? madeFiles(of: vm) : []
    let shared = made.isEmpty ? SharedStorage() : sharedStorage
    let home = hosts[vm.hostID]?.host.name ?? vm.host
    for entry in made.isEmpty ? concerned(by: vm.id) : sortedHosts {
      let isHome = entry.host.id == vm.hostID
      let name = entry.host.name
      let isHeard = isHome || !entry.host.isDisregarded
      if !isHome {
        switch (entry.isCurrent, isHeard) {
        case (true, _): break
        case (false, false): result.silentDisregarded.append(name)
        case (false, true) where entry.hasNeverReported: result.unheard.append(name)
        case (false, true): result.silent.append(name)
        }
        if let domain = entry.domains[vm.id] {
          guard isHeard else {
            result.claimants.append(name)
            continue
          }
          result.sightings.append(.init(host: name, name: domain.name, state: domain.state))
        }
      }
      guard !made.isEmpty else { continue }
      // A host that has not reported its storage since the coordinator started may have mounted the same share.
      let theirs = made.filter {
        shared.isOne($0, on: home, and: name) || (entry.facts == nil && shared.isNetwork($0, on: home))
      }
      guard !theirs.isEmpty else { continue }
      for domain in entry.domains.values where domain.id != vm.id {
        guard let use = domain.use(of: theirs) else { continue }
        guard isHeard else {
          result.claimants.append(name)
          break
        }
        result.users.append("the domain \"\(domain.name.printable)\" on \(name) \(use)")
      }
    }
    result.users.sort()
    return result
  }

  /// The hosts that have a VM or do not report now, by name; no other says anything about it.
  private func concerned(by id: VMID) -> [HostEntry] {
    index.silent.union(index.ids[id].map(\.host)).compactMap { hosts[$0] }.sorted { $0.host.name < $1.host.name }
  }

  /// The fleet with the store's present data about a VM and its files: the committed hosts, and every domain of their
  /// stored reports that concerns the VM.
  ///
  /// A report is stored up to a second after it arrives, so this may still include what was gone when the decision was
  /// made, until ``ReportWrites/renew(_:)``; what the decision saw is never removed.
  /// - Throws: ``FleetError`` with code `internal` for a stored report that can't be read.
  func joined(by transaction: FleetTransaction, about vm: ManagedVM, disks: Bool) throws -> FleetView {
    var joined = self
    let rows = try transaction.hosts()
    for id in Set(hosts.keys).subtracting(rows.map(\.id)) { joined.remove(host: id) }
    for host in rows where hosts[host.id]?.host != host {
      var entry = hosts[host.id] ?? HostEntry(host: host)
      entry.host = host
      joined.replace(entry)
    }
    for report in try transaction.reports(mentioningAnyOf: names(of: vm, disks: disks)) {
      guard var entry = joined.hosts[report.hostID] else { continue }
      guard let domains = try? AgentStreamHandler.domains(inReport: report.bytes) else {
        throw FleetError(
          .internal, "the last report of host \"\(entry.host.name)\" can't be read",
          hint: "wait until it reports again: roost host show \(entry.host.name.shellQuoted)", retryable: true)
      }
      // The domain on its own host is the one of the decision.
      for domain in domains where domain.id != vm.id || report.hostID != vm.hostID {
        if let seen = entry.domains[domain.id], seen.seenAt >= domain.seenAt { continue }
        entry.domains[domain.id] = domain
      }
      entry.domainsAt = entry.domainsAt ?? report.at
      joined.replace(entry)
    }
    return joined
  }

  /// What the reports that concern a VM mention: its id, and with `disks` the files that Roost made for it.
  func names(of vm: ManagedVM, disks: Bool) -> [String] {
    [vm.id.description] + (disks ? madeFiles(of: vm).sorted() : [])
  }

  /// The files that Roost made for a VM, by its spec and its observed domain.
  private func madeFiles(of vm: ManagedVM) -> Set<String> {
    let made = vm.spec.disks.filter(\.isMadeByRoost)
    let targets = Set(made.map(\.target))
    let seen = hosts[vm.hostID]?.domains[vm.id]?.configurations.flatMap(\.disks) ?? []
    return Set(made.compactMap(\.path) + seen.filter { targets.contains($0.target) }.map(\.path)).subtracting([""])
  }
}

extension ObservedDomain {
  /// How it uses one of some files, as the end of a sentence; nil if it does not.
  fileprivate func use(of files: Set<String>) -> String? {
    let disks = configurations.flatMap(\.disks)
    if let named = disks.first(where: { files.contains($0.path) }) { return "names \(named.path.printable)" }
    for disk in disks {
      guard let file = disk.beneath.first(where: files.contains) else { continue }
      return "needs \(file.printable) for its disk \(disk.path.printable)"
    }
    return nil
  }
}
