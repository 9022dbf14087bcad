import Fleet

/// What the ledger should hold, kept by the plainest means: dictionaries, and a look at everything each time.
struct LedgerModel {
  /// Who has an address, by the fleet's own doing.
  var macs: [MACAddress: VMID] = [:]
  var ports: [Int: VMID] = [:]
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
    macs[mac] == nil && (resting[mac] ?? now) <= now && !reserved.contains { $0.contains(mac) } && !isSeen(mac)
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

  /// Gives up what a VM has.
  mutating func release(_ vm: ManagedVM, until: Timestamp) {
    for mac in vm.allocations.macs {
      macs[mac] = nil
      resting[mac] = until
    }
    if let port = vm.allocations.vncPort { ports[port] = nil }
  }
}
