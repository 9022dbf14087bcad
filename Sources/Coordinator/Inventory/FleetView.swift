import Fleet
import Scheduling

/// The whole fleet at one moment, as a value: everything that is listed, searched and decided on.
struct FleetView: Sendable {
  /// The hosts by id.
  var hosts: [HostID: HostEntry] = [:]
  /// The managed VMs by id.
  var vms: [VMID: ManagedVM] = [:]
  /// What is done about starts behind Roost's back.
  var startPolicy = StartPolicy()
  /// The shared addresses that somebody accepted.
  var accepted: [MACAddress: AcceptedConflict] = [:]
  /// What holds for every placement.
  var policy = FleetPolicy()

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

  /// What an agent last saw of a VM, and on which host; the host it belongs on comes first.
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

  /// One host without its VMs as placement sees it, with what is reserved of it.
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
