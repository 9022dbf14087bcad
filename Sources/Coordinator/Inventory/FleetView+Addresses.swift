import Fleet
import Scheduling

extension FleetView {
  /// Every domain anywhere, with its host's name, as the ledger compares it.
  var observedDomains: [(host: String, domain: ObservedDomain)] {
    sortedHosts.flatMap { entry in
      entry.domains.values.sorted { $0.id < $1.id }.map { (host: entry.host.name, domain: $0) }
    }
  }

  /// Who has a MAC address in any configuration of any domain, but for one VM.
  func observedOwners(of mac: MACAddress, except id: VMID? = nil) -> [AddressOwner] {
    observedDomains.filter { $0.domain.id != id && $0.domain.macs.contains(mac) }
      .map { AddressOwner(vm: $0.domain.name, vmID: $0.domain.id, host: $0.host) }
  }

  /// Every MAC address of every observed domain.
  var observedMACs: Set<MACAddress> {
    hosts.values.reduce(into: []) { macs, entry in
      for domain in entry.domains.values { macs.formUnion(domain.macs) }
    }
  }

  /// Every display port of every observed domain, but for one VM.
  func observedPorts(except id: VMID? = nil) -> Set<Int> {
    hosts.values.reduce(into: []) { ports, entry in
      for domain in entry.domains.values where domain.id != id { ports.formUnion(domain.displayPorts) }
    }
  }

  /// The ledger's rows with what is observed beside them, conflicts marked, by address.
  func macEntries(ledger: [MACEntry]) -> [MACEntry] {
    var entries: [MACAddress: MACEntry] = [:]
    for entry in hosts.values {
      for domain in entry.domains.values where vms[domain.id] == nil {
        for mac in domain.macs {
          entries[mac] = MACEntry(
            mac: mac, state: .observed,
            owner: AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name), since: domain.seenAt,
            source: "observed")
        }
      }
    }
    for row in ledger where row.state != .retired || entries[row.mac] == nil { entries[row.mac] = row }
    for conflict in conflicts(ledger: ledger) { entries[conflict.entry.mac] = conflict.entry }
    return entries.values.sorted { $0.mac < $1.mac }
  }

  /// The addresses that more than one VM has, by address.
  func conflicts(ledger: [MACEntry]) -> [AddressConflict] {
    Conflicts.find(ledger: ledger, observed: observedDomains, managed: Set(vms.keys))
  }

  /// One sentence for each VM and each address that it shares, by VM; it tells a copy from a collision.
  func conflictSentences(ledger: [MACEntry]) -> [VMID: [String]] {
    var result: [VMID: [String]] = [:]
    for conflict in conflicts(ledger: ledger) {
      for id in Set(conflict.entry.claimants.compactMap(\.vmID)) {
        result[id, default: []].append(conflict.sentence)
      }
    }
    return result
  }
}
