import Fleet
import Scheduling

/// The whole fleet at one moment, as a value: every list, search and decision uses it.
struct FleetView: Sendable {
  /// The hosts by id.
  var hosts: [HostID: HostEntry] = [:]
  /// The managed VMs by id.
  var vms: [VMID: ManagedVM] = [:]
  /// The policy for starts past Roost.
  var startPolicy = OutOfBandPolicy()
  /// The accepted shared addresses.
  var accepted: [MACAddress: AcceptedConflict] = [:]
  /// The policy of all placements.
  var policy = PlacementPolicy()

  /// The host of that name or id.
  func host(_ nameOrID: String) -> HostEntry? {
    if let id = HostID(nameOrID), let found = hosts[id] { return found }
    return hosts.values.first { $0.host.name == nameOrID }
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
    for entry in hosts.values {
      if let domain = entry.domains[id] { return (entry, domain) }
    }
    return nil
  }

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
    let managed = Dictionary(grouping: vms.values, by: \.hostID)
    let given = givenMACs
    return sortedHosts.map { summary(of: $0, managed: managed[$0.host.id] ?? [], given: given) }
  }

  /// One host as a listing shows it.
  func summary(of entry: HostEntry) -> HostSummary {
    summary(of: entry, managed: vms.values.filter { $0.hostID == entry.host.id }, given: givenMACs)
  }

  private func summary(
    of entry: HostEntry, managed: [ManagedVM], given: [MACAddress: VMID]
  ) -> HostSummary {
    let checks = entry.facts?.checks ?? []
    let unseen = managed.count { entry.domains[$0.id] == nil }
    let reserved = Capacity.reserved(managed: managed, unmanaged: []) + unmanagedReservation(on: entry.host.id)
    return HostSummary(
      name: entry.host.name, id: entry.host.id, state: entry.state, reason: entry.reason, seenAt: entry.dataSeenAt,
      capacity: entry.facts?.capacity ?? entry.host.capacity, reserved: reserved,
      vms: entry.domains.count + unseen, acceleration: entry.facts?.kvmUsable == true ? "kvm" : "tcg",
      checksPassed: checks.count { $0.result == .pass }, checksWarned: checks.count { $0.result == .warn },
      checksFailed: checks.count { $0.result == .fail }, labels: entry.host.labels,
      notes: notes(of: entry, given: given), isDisregarded: entry.host.isDisregarded)
  }
}
