import Fleet
import Scheduling

extension FleetView {
  /// Everything that runs and has the UUID or an address of a start, on whatever host, as it was last seen.
  func running(against start: DomainStart, now: Timestamp) -> [RunningDomain] {
    let macs = start.macs
    return hosts.values.flatMap { entry in
      let ids = Set(macs.flatMap { entry.index.macs[$0] ?? [] } + (entry.domains[start.id] == nil ? [] : [start.id]))
      let age = entry.isCurrent ? nil : entry.dataSeenAt.map { max(0, now.seconds(since: $0)) }
      return ids.compactMap { id in
        entry.domains[id].flatMap { RunningDomain($0, host: entry.host.name, ageSeconds: age) }
      }
    }
  }

  /// A managed VM as it would start now.
  func start(of vm: ManagedVM) -> DomainStart {
    let saved = hosts[vm.hostID]?.domains[vm.id]?.saved
    let wished = zip(vm.spec.nics, vm.allocations.macs).map { nic, mac in
      switch nic.source {
      case .network(let name): ObservedNIC(mac: mac, network: name)
      case .bridge(let name): ObservedNIC(mac: mac, bridge: name)
      case .carried: ObservedNIC(mac: mac)
      }
    }
    return DomainStart(
      id: vm.id, name: vm.spec.name, nics: saved?.nics ?? wished,
      disks: (saved?.disks ?? []).filter(\.isWrittenAlone).flatMap { $0.namesElsewhere.sorted() })
  }
}
