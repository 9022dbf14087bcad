import Fleet
import Scheduling
import Store

extension FleetView {
  /// What other hosts have of a VM, by the last report of each, current or silent; what disregarded hosts say stands
  /// apart.
  /// - Parameter disks: whether to look for other domains, on its own host too, that name a file which Roost made for
  ///   it, or have one beneath a disk of theirs.
  /// - Complexity: linear in the hosts, and with `disks` in the domains.
  func elsewhere(of vm: ManagedVM, disks: Bool) -> Elsewhere {
    var result = Elsewhere()
    let made = disks ? madeFiles(of: vm) : []
    let shared = made.isEmpty ? SharedStorage() : sharedStorage
    let home = hosts[vm.hostID]?.host.name ?? vm.host
    for entry in sortedHosts {
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
      // A host that has not told of its storage since the coordinator started may have mounted what the home has.
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

  /// The same fleet with what the store has been told of a VM and its files meanwhile: the hosts as they are committed,
  /// and beside what was seen of them every domain of their last reports that has to do with the VM.
  ///
  /// A report is written down up to a second after it is heard: what is gone by then may still be found here, and what
  /// a decision has seen is never taken away.
  /// - Throws: ``FleetError`` with code `internal` for a report that can't be read: nobody knows what it says.
  func joined(by transaction: FleetTransaction, about vm: ManagedVM, disks: Bool) throws -> FleetView {
    var joined = self
    joined.hosts = [:]
    for host in try transaction.hosts() {
      var entry = hosts[host.id] ?? HostEntry(host: host)
      entry.host = host
      joined.hosts[host.id] = entry
    }
    let names = [vm.id.description] + (disks ? madeFiles(of: vm).sorted() : [])
    for report in try transaction.reports(mentioningAnyOf: names) {
      guard var entry = joined.hosts[report.hostID] else { continue }
      guard let domains = try? AgentStreamHandler.domains(inReport: report.bytes) else {
        throw FleetError(
          .internal, "the last report of host \"\(entry.host.name)\" can't be read",
          hint: "wait until it reports anew: roost host show \(entry.host.name.shellQuoted)", retryable: true)
      }
      // What its own host has of it is what was decided on.
      for domain in domains where domain.id != vm.id || report.hostID != vm.hostID {
        if let seen = entry.domains[domain.id], seen.seenAt >= domain.seenAt { continue }
        entry.domains[domain.id] = domain
      }
      entry.domainsAt = entry.domainsAt ?? report.at
      joined.hosts[report.hostID] = entry
    }
    return joined
  }

  /// The files that Roost made for a VM, as far as its spec and what was seen of it tell.
  private func madeFiles(of vm: ManagedVM) -> Set<String> {
    let made = vm.spec.disks.filter(\.isMadeByRoost)
    let targets = Set(made.map(\.target))
    let seen = hosts[vm.hostID]?.domains[vm.id]?.configurations.flatMap(\.disks) ?? []
    return Set(made.compactMap(\.path) + seen.filter { targets.contains($0.target) }.map(\.path)).subtracting([""])
  }
}

extension ObservedDomain {
  /// How it uses one of some files, the end of a sentence; nil if it does not.
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
