import Fleet
import Scheduling

extension FleetView {
  /// Every running domain with the UUID or an address of a start, on any host, as last seen.
  func running(against start: DomainStart, now: Timestamp) -> [RunningDomain] {
    let macs = start.macs
    let places = Set(macs.flatMap { index.macs[$0] } + index.ids[start.id])
    return places.compactMap { place -> RunningDomain? in
      guard let entry = hosts[place.host], let domain = entry.domains[place.vm] else { return nil }
      let isCurrent = entry.certainty(of: domain) == .current
      let age = isCurrent ? nil : entry.seenAt(of: domain).map { max(0, now.seconds(since: $0)) }
      return RunningDomain(domain, host: entry.host.name, ageSeconds: age)
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
