import Fleet

/// An index of the managed VMs by id, name, host and allocated addresses.
struct ManagedIndex: Sendable {
  private(set) var homes = ShardedDictionary<VMID, HostID>()
  private(set) var names = ShardedDictionary<String, VMID>()
  private(set) var hosts: [HostID: Set<VMID>] = [:]
  private(set) var macs = ShardedDictionary<MACAddress, VMID>()
  private(set) var ports = ShardedDictionary<Int, VMID>()

  /// Replaces a VM's old row, nil for a new VM, with its new one, nil for a removed VM.
  mutating func replace(_ old: ManagedVM?, with new: ManagedVM?) {
    if let old {
      homes[old.id] = nil
      if names[old.spec.name] == old.id { names[old.spec.name] = nil }
      hosts[old.hostID]?.remove(old.id)
      if hosts[old.hostID]?.isEmpty == true { hosts[old.hostID] = nil }
      for mac in old.allocations.macs where macs[mac] == old.id { macs[mac] = nil }
      if let port = old.allocations.vncPort, ports[port] == old.id { ports[port] = nil }
    }
    if let new {
      homes[new.id] = new.hostID
      names[new.spec.name] = new.id
      hosts[new.hostID, default: []].insert(new.id)
      for mac in new.allocations.macs { macs[mac] = new.id }
      if let port = new.allocations.vncPort { ports[port] = new.id }
    }
  }

  /// The VMs that a query may select.
  func ids(of query: AddressQuery) -> Set<VMID> {
    var result: Set<VMID> = []
    if let mac = query.mac {
      if let address = mac.address {
        if let id = macs[address] { result.insert(id) }
      } else {
        for (address, id) in macs where mac.matches(address) { result.insert(id) }
      }
    }
    if let port = query.port, let id = ports[port] { result.insert(id) }
    return result
  }
}
