import Fleet
import Scheduling

/// The whole fleet at one moment, as a value: every list, search and decision uses it.
struct FleetView: Sendable {
  /// The hosts by id.
  private(set) var hosts = ShardedDictionary<HostID, HostEntry>()
  /// The managed VMs by id.
  private(set) var vms = ShardedDictionary<VMID, ManagedVM>()
  /// Both by what they are searched for.
  private(set) var index = FleetIndex()
  /// The policy for starts past Roost.
  var outOfBandPolicy = OutOfBandPolicy()
  /// The accepted shared addresses.
  var accepted: [MACAddress: AcceptedConflict] = [:]
  /// The policy of all placements.
  var policy = PlacementPolicy()

  /// Adds a host, or replaces what is known of it.
  mutating func replace(_ entry: HostEntry) {
    index.replace(hosts[entry.host.id], with: entry)
    hosts[entry.host.id] = entry
  }

  /// Removes a host.
  mutating func remove(host id: HostID) {
    index.replace(hosts[id], with: nil)
    hosts[id] = nil
  }

  /// Adds a managed VM, or replaces its row.
  mutating func replace(_ vm: ManagedVM) {
    let old = vms[vm.id]
    index.replace(old, with: vm, seenWith: old == nil ? seenMACs(of: vm.id) : [])
    vms[vm.id] = vm
  }

  /// Removes a managed VM.
  /// - Returns: nil if it is not known.
  @discardableResult
  mutating func remove(vm id: VMID) -> ManagedVM? {
    guard let vm = vms[id] else { return nil }
    index.replace(vm, with: nil, seenWith: seenMACs(of: id))
    vms[id] = nil
    return vm
  }

  /// The addresses of a VM's definitions, of each definition once.
  private func seenMACs(of id: VMID) -> [MACAddress] {
    index.ids[id].flatMap { place in hosts[place.host]?.domains[id].map { Array($0.macs) } ?? [] }
  }

  /// Changes in place what the index does not know of a host: times and measurements.
  mutating func note(_ id: HostID, _ body: (inout HostEntry) -> Void) {
    hosts.change(id) { entry in
      if var changed = entry.take() {
        body(&changed)
        entry = changed
      }
    }
  }

  /// The host of that name or id.
  func host(_ nameOrID: String) -> HostEntry? {
    if let id = HostID(nameOrID), let found = hosts[id] { return found }
    return index.hosts[nameOrID].flatMap { hosts[$0] }
  }

  /// The host of that name or id.
  /// - Throws: ``FleetError`` with code `notFound`.
  func requiredHost(_ nameOrID: String) throws(FleetError) -> HostEntry {
    guard let found = host(nameOrID) else {
      throw FleetError(.notFound, "there is no host \"\(nameOrID.printable)\"", hint: "list them: roost host list")
    }
    return found
  }

  /// The hosts in the order of their names.
  var sortedHosts: [HostEntry] { hosts.values.sorted { $0.host.name < $1.host.name } }

  /// What an agent last saw of a VM, and on which host; its own host comes first.
  func observation(of id: VMID) -> (entry: HostEntry, domain: ObservedDomain)? {
    if let home = vms[id].flatMap({ hosts[$0.hostID] }), let domain = home.domains[id] { return (home, domain) }
    return definitions(index.ids[id]).first
  }

  /// Definitions with their hosts, by the host's name, then the domain's id.
  func definitions(_ places: some Sequence<DomainPlace>) -> [(entry: HostEntry, domain: ObservedDomain)] {
    let found = places.compactMap { place -> (entry: HostEntry, domain: ObservedDomain)? in
      guard let entry = hosts[place.host], let domain = entry.domains[place.vm] else { return nil }
      return (entry, domain)
    }
    guard found.count > 1 else { return found }
    return found.sorted { ($0.entry.host.name, $0.domain.id) < ($1.entry.host.name, $1.domain.id) }
  }

  /// The managed VMs of a host, in no order.
  func managedVMs(on id: HostID) -> [ManagedVM] { (index.managed.hosts[id] ?? []).compactMap { vms[$0] } }

  /// What unmanaged VMs reserve of a host.
  func unmanagedReservation(on id: HostID) -> Reservation {
    let unmanaged = hosts[id].map { entry in entry.domains.values.filter { vms[$0.id]?.hostID != id } } ?? []
    return Capacity.reserved(managed: [], unmanaged: Array(unmanaged))
  }

  /// One host without its VMs as placement sees it, with its reservations.
  func snapshot(of entry: HostEntry, reserved: Reservation, now: Timestamp) -> HostSnapshot {
    HostSnapshot(
      id: entry.host.id, name: entry.host.name, state: entry.state, stateDetail: entry.reason,
      isCurrent: entry.isCurrent, dataAgeSeconds: entry.dataSeenAt.map { now.seconds(since: $0) },
      capacity: entry.facts?.capacity ?? entry.host.capacity, reserved: reserved,
      freePoolSpace: entry.facts?.pools.first { $0.path == entry.facts?.imageDirectory }?.available,
      emulators: entry.facts?.emulators ?? [], kvmUsable: entry.facts?.kvmUsable ?? false,
      networks: entry.facts?.networks ?? [], bridges: Set(entry.facts?.bridges ?? []), labels: entry.host.labels,
      vmCount: entry.domains.count, traits: traits(of: entry, now: now))
  }
}

extension FleetView {
  /// The usage of every host and running VM, as last measured; silent hosts with their last values.
  var usage: FleetUsage {
    let entries = sortedHosts
    let vms = entries.flatMap { entry in
      entry.domains.values.filter(\.state.isActive).map { entry.usage(of: $0) }
    }
    return FleetUsage(
      hosts: entries.map(\.usage), vms: vms.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) })
  }
}

extension FleetView {
  /// All hosts as a listing shows them, by name.
  var hostSummaries: [HostSummary] {
    sortedHosts.map(summary(of:))
  }

  /// One host as a listing shows it.
  func summary(of entry: HostEntry) -> HostSummary {
    let managed = managedVMs(on: entry.host.id)
    let checks = entry.facts?.checks ?? []
    let unseen = managed.count { entry.domains[$0.id] == nil }
    let reserved = Capacity.reserved(managed: managed, unmanaged: []) + unmanagedReservation(on: entry.host.id)
    return HostSummary(
      name: entry.host.name, id: entry.host.id, state: entry.state, reason: entry.reason, seenAt: entry.dataSeenAt,
      capacity: entry.facts?.capacity ?? entry.host.capacity, reserved: reserved,
      vms: entry.domains.count + unseen, acceleration: entry.facts?.kvmUsable == true ? "kvm" : "tcg",
      checksPassed: checks.count { $0.result == .pass }, checksWarned: checks.count { $0.result == .warn },
      checksFailed: checks.count { $0.result == .fail }, labels: entry.host.labels,
      notes: notes(of: entry), isDisregarded: entry.host.isDisregarded)
  }
}
