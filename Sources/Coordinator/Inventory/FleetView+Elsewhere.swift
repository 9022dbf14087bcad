import Fleet
import Scheduling

extension FleetView {
  /// What other hosts have of a VM, by the last report of each, current or silent; what disregarded hosts say stands
  /// apart.
  /// - Parameter disks: whether to look for other domains, on its own host too, that name a file which Roost made for
  ///   it.
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
        if !entry.isCurrent {
          if isHeard { result.silent.append(name) } else { result.silentDisregarded.append(name) }
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
      for domain in entry.domains.values where domain.id != vm.id {
        let named = domain.configurations.flatMap { $0.disks.map(\.path) }.first { path in
          made.contains(path) && shared.isOne(path, on: home, and: name)
        }
        guard let named else { continue }
        guard isHeard else {
          result.claimants.append(name)
          break
        }
        result.users.append("the domain \"\(domain.name.printable)\" on \(name) names \(named.printable)")
      }
    }
    result.users.sort()
    return result
  }

  /// The files that Roost made for a VM, as far as its spec and what was seen of it tell.
  private func madeFiles(of vm: ManagedVM) -> Set<String> {
    let made = vm.spec.disks.filter(\.isMadeByRoost)
    let targets = Set(made.map(\.target))
    let seen = hosts[vm.hostID]?.domains[vm.id]?.configurations.flatMap(\.disks) ?? []
    return Set(made.compactMap(\.path) + seen.filter { targets.contains($0.target) }.map(\.path)).subtracting([""])
  }
}
