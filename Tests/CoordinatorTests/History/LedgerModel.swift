import Fleet

/// What the ledger should hold, kept by the plainest means: dictionaries, and a look at everything each time.
struct LedgerModel {
  /// Who has an address, by the fleet's own doing.
  var macs: [MACAddress: VMID] = [:]
  var ports: [Int: VMID] = [:]
  /// Addresses of ``macs`` that are only kept for a VM that the database has lost.
  var kept: Set<MACAddress> = []
  /// Until when an address rests.
  var resting: [MACAddress: Timestamp] = [:]
  /// What is reserved by hand.
  var reserved: [MACRange] = []
  /// What each host's agent last told; it stays while the host is away.
  var told: [HostID: [VMID: ObservedDomain]] = [:]
  /// The cursor of each pool.
  var cursors: [String: UInt64] = [:]

  /// True if some domain that was ever told of, and not told gone, has the address; but for one VM.
  func isSeen(_ mac: MACAddress, except id: VMID? = nil) -> Bool {
    told.values.contains { $0.values.contains { $0.id != id && $0.macs.contains(mac) } }
  }

  /// True if some such domain uses the port.
  func isSeen(_ port: Int) -> Bool {
    told.values.contains { $0.values.contains { $0.displayPorts.contains(port) } }
  }

  /// True if nobody has the address, as far as can be known, and it does not rest.
  func isFree(_ mac: MACAddress, at now: Timestamp) -> Bool {
    macs[mac] == nil && !rests(mac, at: now) && !isReserved(mac) && !isSeen(mac)
  }

  /// True if nobody has the port, as far as can be known.
  func isFree(_ port: Int) -> Bool { ports[port] == nil && !isSeen(port) }

  /// Every address that two or more have, as far as can be known.
  var doubles: Set<MACAddress> {
    var owners: [MACAddress: Int] = [:]
    for domains in told.values {
      for domain in domains.values {
        for mac in domain.macs { owners[mac, default: 0] += 1 }
      }
    }
    for (mac, id) in macs where !told.values.contains(where: { $0[id]?.macs.contains(mac) == true }) {
      owners[mac, default: 0] += 1
    }
    for mac in owners.keys where reserved.contains(where: { $0.contains(mac) }) { owners[mac, default: 0] += 1 }
    return Set(owners.filter { $0.value > 1 }.keys)
  }

  /// Gives up what a VM has without any rest: its guest goes on with it.
  mutating func giveBack(_ vm: ManagedVM) {
    for mac in vm.allocations.macs { macs[mac] = nil }
    if let port = vm.allocations.vncPort { ports[port] = nil }
  }

  /// Goes back to what was known at the time of a backup, and takes in what the hosts tell now: what a marked VM has
  /// that is not known any more is kept for it, and what the pool gave since to others rests.
  /// - Parameters:
  ///   - walked: the addresses that the pool's cursor has jumped over.
  ///   - known: the VMs that the backup knows.
  mutating func fallBack(
    to old: LedgerModel, _ reality: [(host: HostID, domains: [VMID: ObservedDomain])], known: Set<VMID>,
    walked: [MACAddress], at now: Timestamp, until: Timestamp
  ) {
    (macs, ports, kept, resting, reserved) = (old.macs, old.ports, old.kept, old.resting, old.reserved)
    told = Dictionary(reality.map { ($0.host, $0.domains) }, uniquingKeysWith: { first, _ in first })
    for (_, domains) in reality {
      for (id, domain) in domains.sorted(by: { $0.key < $1.key }) where domain.mark != nil && !known.contains(id) {
        for mac in domain.macs.sorted() where macs[mac] == nil && !isReserved(mac) && !rests(mac, at: now) {
          macs[mac] = id
          kept.insert(mac)
        }
        for port in domain.displayPorts where ports[port] == nil { ports[port] = id }
      }
    }
    for mac in walked where macs[mac] == nil && !rests(mac, at: now) && !isSeen(mac) {
      // One that is reserved by itself has a row already; in a range it rests beside the reservation.
      if !reserved.contains(where: { $0.count == 1 && $0.contains(mac) }) { resting[mac] = until }
    }
  }

  /// True while an address is in quarantine.
  func rests(_ mac: MACAddress, at now: Timestamp) -> Bool { (resting[mac] ?? now) > now }

  /// True if an address is reserved by hand.
  func isReserved(_ mac: MACAddress) -> Bool { reserved.contains { $0.contains(mac) } }

  /// Gives up what a VM has.
  mutating func release(_ vm: ManagedVM, until: Timestamp) {
    for mac in vm.allocations.macs {
      macs[mac] = nil
      resting[mac] = until
    }
    if let port = vm.allocations.vncPort { ports[port] = nil }
  }
}
