import Fleet
import Scheduling

extension FleetView {
  /// Every domain with its host's name.
  var observedDomains: [(host: String, domain: ObservedDomain)] {
    sortedHosts.flatMap { entry in
      entry.domains.values.sorted { $0.id < $1.id }.map { (host: entry.host.name, domain: $0) }
    }
  }

  /// The domains that have one of these addresses in any configuration, with their hosts' names.
  func observedDomains(with macs: Set<MACAddress>) -> [(host: String, domain: ObservedDomain)] {
    definitions(Set(macs.flatMap { index.macs[$0] })).map { (host: $0.entry.host.name, domain: $0.domain) }
  }

  /// The owners of a MAC address in any configuration of any domain, without one VM.
  func observedOwners(of mac: MACAddress, except id: VMID? = nil) -> [AddressOwner] {
    definitions(index.macs[mac]).filter { $0.domain.id != id }.map { entry, domain in
      AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name)
    }
  }

  /// The lowest address of a range that an observed domain has, with its owner.
  /// - Complexity: linear in the addresses.
  func observedOwner(in range: MACRange) -> (mac: MACAddress, owner: AddressOwner)? {
    guard let mac = index.macs.keys.filter(range.contains).min() else { return nil }
    return observedOwners(of: mac).min { ($0.host, $0.vm) < ($1.host, $1.vm) }.map { (mac, $0) }
  }

  /// Every display port of every observed domain, without one VM.
  func observedPorts(except id: VMID? = nil) -> Set<Int> {
    let own = id.map { definitions(index.ids[$0]).flatMap(\.domain.displayPorts) } ?? []
    return index.observedPorts.subtracting(own.filter { port in index.ports[port].allSatisfy { $0.vm == id } })
  }

  /// How much of a range of VNC ports is taken.
  /// - Parameter reserved: the ports that the ledger keeps for VMs which the database has lost.
  /// - Complexity: linear in the ports.
  func portUse(of range: ClosedRange<Int>, reserved: Set<Int>) -> VNCPortUse {
    let managed = index.managed.ports
    let others = index.observedPorts.union(reserved).filter { range.contains($0) && managed[$0] == nil }
    // BOUNDED: both count ports of one range.
    return VNCPortUse(range: range, taken: managed.keys.count { range.contains($0) } + others.count)
  }

  /// Which paths are one disk on several hosts.
  var sharedStorage: SharedStorage { index.storage }

  /// The ledger's rows together with observed and reserved addresses, conflicts marked, by address. An expired
  /// quarantine counts as retired.
  /// - Parameter mac: the only address to look at; `ledger` has the rows about it.
  func macEntries(_ ledger: LedgerSlice, about mac: MACAddress? = nil, now: Timestamp) -> [MACLedgerEntry] {
    var entries: [MACAddress: MACLedgerEntry] = [:]
    for sighting in ledger.sightings {
      let isDHCP = sighting.source == .dhcp
      if entries[sighting.mac]?.state == .observed, isDHCP { continue }
      entries[sighting.mac] = MACLedgerEntry(
        mac: sighting.mac, state: isDHCP ? .reserved : .observed, owner: sighting.owner, since: sighting.firstSeen,
        source: isDHCP ? "dhcp" : "observed")
    }
    let seen = mac.map { observedDomains(with: [$0]) } ?? observedDomains
    for (host, domain) in seen where vms[domain.id] == nil {
      for address in domain.macs where entries[address]?.state != .observed {
        entries[address] = MACLedgerEntry(
          mac: address, state: .observed, owner: AddressOwner(vm: domain.name, vmID: domain.id, host: host),
          since: domain.seenAt, source: "observed")
      }
    }
    for var row in ledger.rows {
      if row.state == .quarantined, let until = row.until, until <= now { row.state = .retired }
      if row.state != .retired || entries[row.mac] == nil { entries[row.mac] = row }
    }
    for conflict in conflicts(ledger, of: mac.map { [$0] }) { entries[conflict.entry.mac] = conflict.entry }
    let ranges = ledger.reservations.map { reservation in
      MACLedgerEntry(
        mac: reservation.range.first, state: .reserved,
        owner: AddressOwner(vm: reservation.purpose, vmID: nil, host: ""), since: reservation.madeAt,
        source: "reserved", last: reservation.range.last)
    }
    return (Array(entries.values) + ranges).sorted { ($0.mac, $0.last ?? $0.mac) < ($1.mac, $1.last ?? $1.mac) }
  }

  /// The entry of one address, conflict marked; nil if it never had an owner. `ledger` has the rows about it.
  func macEntry(_ ledger: LedgerSlice, about mac: MACAddress, now: Timestamp) -> MACLedgerEntry? {
    var page = ledger
    page.reservations = []
    let entry = macEntries(page, about: mac, now: now).first { $0.mac == mac }
    return conflicts(ledger, of: [mac]).first?.entry ?? entry
  }

  /// The ledger's ports together with all others that domains use, by port, the ledger's first.
  func portEntries(ledger: [PortEntry]) -> [PortEntry] {
    var entries = ledger
    for entry in sortedHosts {
      for domain in entry.domains.values.sorted(by: { $0.id < $1.id }) {
        let own = vms[domain.id].flatMap { $0.hostID == entry.host.id ? $0.allocations.vncPort : nil }
        for port in domain.displayPorts where port != own {
          entries.append(PortEntry(port: port, state: .observed, vm: domain.name, host: entry.host.name))
        }
      }
    }
    return entries.sorted {
      ($0.port, $0.state == .observed ? 1 : 0, $0.host) < ($1.port, $1.state == .observed ? 1 : 0, $1.host)
    }
  }

  /// The addresses that more than one VM has and that are not accepted, by address; only some addresses, if given.
  func conflicts(_ ledger: LedgerSlice, of macs: Set<MACAddress>? = nil) -> [AddressConflict] {
    let found = allConflicts(ledger, of: macs)
    guard !accepted.isEmpty else { return found }
    return found.filter { accepted[$0.entry.mac]?.holds(for: $0.entry.claimants) != true }
  }

  /// The same, including accepted ones.
  func allConflicts(_ ledger: LedgerSlice, of macs: Set<MACAddress>? = nil) -> [AddressConflict] {
    let macs = macs ?? contestedMACs(ledger)
    let rows = ledger.rows.filter { macs.contains($0.mac) }
    let observed = observedDomains(with: macs)
    let ids = observed.map(\.domain.id) + rows.compactMap(\.owner.vmID)
    return Conflicts.find(
      ledger: rows, observed: observed, managed: Set(ids.filter { vms[$0] != nil }),
      reservations: ledger.reservations, shared: sharedStorage
    ).filter { macs.contains($0.entry.mac) }
  }

  /// The addresses that several may claim: of domains, by the index, and by the ledger.
  private func contestedMACs(_ ledger: LedgerSlice) -> Set<MACAddress> {
    var macs = index.contestedMACs
    // An address that was given to a VM is contested by the index, unless the row is newer than what the index has.
    let others = ledger.rows.filter { row in row.owner.vmID.map { index.managed.macs[row.mac] != $0 } ?? true }
    macs.formUnion(others.map(\.mac).filter(index.macs.contains))
    guard !ledger.reservations.isEmpty else { return macs }
    let ranges = ReservedRanges(ledger.reservations)
    macs.formUnion(index.macs.keys.filter { ranges[$0] != nil })
    macs.formUnion(ledger.rows.map(\.mac).filter { ranges[$0] != nil })
    return macs
  }

  /// One sentence for each VM and each address that it shares, by VM; tells a copy from a collision.
  func conflictSentences(_ ledger: LedgerSlice, of macs: Set<MACAddress>? = nil) -> [VMID: [String]] {
    var result: [VMID: [String]] = [:]
    for conflict in conflicts(ledger, of: macs) {
      for id in Set(conflict.entry.claimants.compactMap(\.vmID)) {
        result[id, default: []].append(conflict.sentence)
      }
    }
    return result
  }
}
