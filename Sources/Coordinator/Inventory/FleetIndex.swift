import Fleet
import Scheduling

/// The fleet by names, addresses, ports and disks.
///
/// It is kept as hosts and VMs are replaced: a change costs what the changed domains have, not what the fleet has.
struct FleetIndex: Sendable {
  /// The managed VMs.
  private(set) var managed = ManagedIndex()
  /// The hosts by name.
  private(set) var hosts: [String: HostID] = [:]
  /// The hosts that an administrator disregards.
  private(set) var disregarded: Set<HostID> = []
  /// The hosts whose reports are not current.
  private(set) var silent: Set<HostID> = []
  /// Which paths are one disk on several hosts.
  private(set) var storage = SharedStorage()

  /// By the domain's id.
  private(set) var ids = PlaceIndex<VMID>()
  /// By the domain's name.
  private(set) var names = PlaceIndex<String>()
  /// By MAC address in any configuration.
  private(set) var macs = PlaceIndex<MACAddress>()
  /// By IP address, in lower case.
  private(set) var ips = PlaceIndex<String>()
  /// By display port in any configuration.
  private(set) var ports = PlaceIndex<Int>()
  /// By a disk that the domain writes to.
  private(set) var disks = PlaceIndex<DiskIdentity>()

  /// By the id of a domain that has a mark.
  private(set) var marks = PlaceIndex<VMID>()

  /// Every display port of any domain.
  private(set) var observedPorts: Set<Int> = []
  /// The addresses of several domains, or of a domain and of another VM to which they were given.
  private(set) var contestedMACs: Set<MACAddress> = []
  /// The addresses of domains that are not managed, with how many have each.
  private(set) var unmanagedMACs = ShardedDictionary<MACAddress, Int>()
  /// The managed VMs that their own hosts do not have.
  private(set) var displaced: Set<VMID> = []
  /// The domains that have a mark and are not managed.
  private(set) var unclaimed: Set<VMID> = []

  /// Replaces a VM's row; nil for none.
  /// - Parameter seen: the addresses of the VM's definitions, of each definition once.
  mutating func replace(_ old: ManagedVM?, with new: ManagedVM?, seenWith seen: [MACAddress]) {
    managed.replace(old, with: new)
    let change = (old == nil ? 0 : 1) - (new == nil ? 0 : 1)
    if change != 0 { for mac in seen { countUnmanaged(mac, change) } }
    if let id = (new ?? old)?.id { judge(id) }
    for mac in Set((old?.allocations.macs ?? []) + (new?.allocations.macs ?? [])) { judge(mac) }
  }

  /// Replaces what is known of a host; nil for nothing.
  mutating func replace(_ old: HostEntry?, with new: HostEntry?) {
    let isRenamed = old?.host.name != new?.host.name
    let isMounted = old?.networkPaths != new?.networkPaths
    if isRenamed || isMounted {
      if let old, hosts[old.host.name] == old.host.id {
        hosts[old.host.name] = nil
        storage.replace([], on: old.host.name)
      }
      if let new {
        hosts[new.host.name] = new.host.id
        storage.replace(new.networkPaths, on: new.host.name)
      }
    }
    if let old {
      disregarded.remove(old.host.id)
      silent.remove(old.host.id)
    }
    if let new {
      if new.host.isDisregarded { disregarded.insert(new.host.id) }
      if !new.isCurrent { silent.insert(new.host.id) }
    }
    let isElsewhere = isRenamed || isMounted
    guard isElsewhere || old?.domainsVersion != new?.domainsVersion else { return }
    let (before, after) = (old?.domains ?? [:], new?.domains ?? [:])
    for (id, domain) in before {
      let next = after[id]
      if !isElsewhere, let next, domain.hasKeys(of: next) { continue }
      replace(DomainKeys(domain, on: old), with: DomainKeys(next, on: new), of: id, on: old)
    }
    for (id, domain) in after where before[id] == nil {
      replace(DomainKeys(), with: DomainKeys(domain, on: new), of: id, on: new)
    }
  }

  private mutating func replace(_ old: DomainKeys, with new: DomainKeys, of id: VMID, on entry: HostEntry?) {
    guard let host = entry?.host.id else { return }
    let place = DomainPlace(host: host, vm: id)
    let isNew = !ids.replace(old.ids, with: new.ids, of: place).isEmpty
    let isMarked = !marks.replace(old.marks, with: new.marks, of: place).isEmpty
    if isNew || isMarked { judge(id) }
    names.replace(old.names, with: new.names, of: place)
    ips.replace(old.ips, with: new.ips, of: place)
    disks.replace(old.disks, with: new.disks, of: place)
    for port in ports.replace(old.ports, with: new.ports, of: place) {
      if ports.contains(port) { observedPorts.insert(port) } else { observedPorts.remove(port) }
    }
    for mac in macs.replace(old.macs, with: new.macs, of: place) {
      if managed.homes[id] == nil { countUnmanaged(mac, new.macs.contains(mac) ? 1 : -1) }
      judge(mac)
    }
  }

  private mutating func countUnmanaged(_ mac: MACAddress, _ change: Int) {
    // BOUNDED: counts definitions.
    unmanagedMACs.change(mac) { count in
      let next = (count ?? 0) + change
      count = next > 0 ? next : nil
    }
  }

  /// Decides whether a VM is where it belongs.
  private mutating func judge(_ id: VMID) {
    guard let home = managed.homes[id] else {
      displaced.remove(id)
      if marks.contains(id) { unclaimed.insert(id) } else { unclaimed.remove(id) }
      return
    }
    unclaimed.remove(id)
    let isHome = ids.contains(DomainPlace(host: home, vm: id), for: id)
    if isHome { displaced.remove(id) } else { displaced.insert(id) }
  }

  /// Decides whether an address is contested.
  private mutating func judge(_ mac: MACAddress) {
    let (holder, only) = (managed.macs[mac], macs.only(mac)?.vm)
    let isStray = holder != nil && only != nil && holder != only
    if macs.shared.contains(mac) || isStray { contestedMACs.insert(mac) } else { contestedMACs.remove(mac) }
  }
}

/// What the index knows one domain by.
private struct DomainKeys {
  var ids: Set<VMID> = []
  var marks: Set<VMID> = []
  var names: Set<String> = []
  var macs: Set<MACAddress> = []
  var ips: Set<String> = []
  var ports: Set<Int> = []
  var disks: Set<DiskIdentity> = []

  init() {}

  init(_ domain: ObservedDomain?, on entry: HostEntry?) {
    guard let domain, let entry else { return }
    ids = [domain.id]
    marks = domain.mark == nil ? [] : ids
    names = [domain.name]
    macs = domain.macs
    ips = Set(domain.leases.map { $0.ip.lowercased() })
    ports = domain.displayPorts
    disks = Set(
      domain.configurations.flatMap(\.disks).filter(\.isWritten).flatMap(\.keys).flatMap {
        SharedStorage.identities(of: $0, on: entry.host.name, sharing: entry.networkPaths)
      })
  }
}

extension ObservedDomain {
  /// True if the index knows both by the same.
  fileprivate func hasKeys(of other: ObservedDomain) -> Bool {
    name == other.name && live == other.live && saved == other.saved && kept == other.kept && leases == other.leases
      && (mark == nil) == (other.mark == nil)
  }
}
