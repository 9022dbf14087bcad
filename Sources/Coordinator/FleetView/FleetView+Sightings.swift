import Fleet

extension FleetView {
  /// The addresses on a host that do not belong to its managed VMs: of domains made with other tools, and of interfaces
  /// that somebody added to a managed one.
  func sightings(on id: HostID, at: Timestamp) -> [MACSighting] {
    guard let entry = hosts[id] else { return [] }
    return entry.domains.values.sorted { $0.id < $1.id }.flatMap { domain in
      let vm = vms[domain.id].flatMap { $0.hostID == id ? $0 : nil }
      let foreign = domain.macs.subtracting(vm?.allocations.macs ?? [])
      // An address counts from its host's first report of it, whenever the whole host was last known.
      let seen = entry.verifiedAt[domain.id] ?? at
      return foreign.sorted().map { mac in
        let nic = domain.nic(with: mac)
        return MACSighting(
          mac: mac, source: .domain, owner: AddressOwner(vm: domain.name, vmID: domain.id, host: entry.host.name),
          hostID: id, network: nic?.network ?? "", bridge: nic?.bridge ?? "", firstSeen: seen, lastSeen: seen)
      }
    }
  }
}

extension ObservedDomain {
  /// The interface with an address; prefers the configuration in force.
  func nic(with mac: MACAddress) -> ObservedNIC? {
    ([effective].compactMap { $0 } + configurations).lazy.flatMap(\.nics).first { $0.mac == mac }
  }
}

extension MACSighting {
  /// A sighting of a DHCP reservation.
  init(fixed: DHCPReservation, in network: HostNetwork, host: String, hostID: HostID, at: Timestamp) {
    let name = fixed.name.isEmpty ? fixed.ip : fixed.name
    self.init(
      mac: fixed.mac, source: .dhcp,
      owner: AddressOwner(vm: "\(name) in network \(network.name)".printable, vmID: nil, host: host), hostID: hostID,
      network: network.name, bridge: network.bridge, firstSeen: at, lastSeen: at)
  }
}

extension FleetView {
  /// A VM that was moved to another host with other tools.
  struct Relocation: Sendable {
    let vm: ManagedVM
    let target: Host
  }

  /// The managed VMs that have left their home and are, by their mark, on exactly one other host.
  ///
  /// Only present reports of both hosts count; silence proves no departure. A VM that is seen on two hosts stays where
  /// it belongs, and so does one with an unfinished operation. The report of a disregarded host neither moves a VM to
  /// it nor prevents a move elsewhere.
  /// - Parameter id: the host that has just reported; VMs that don't concern it are skipped.
  func relocations(about id: HostID, fleet: FleetID) -> [Relocation] {
    var candidates = Set((hosts[id]?.domains.keys).map(Array.init) ?? []).filter { vms[$0] != nil }
    candidates.formUnion(index.managed.hosts[id] ?? [])
    return candidates.sorted().compactMap { candidate in
      guard let vm = vms[candidate], vm.phase == nil, let home = hosts[vm.hostID], home.isCurrent,
        home.domains[candidate] == nil
      else { return nil }
      let places = index.ids[candidate].compactMap { hosts[$0.host] }.filter { !$0.host.isDisregarded }
      guard places.count == 1, let place = places.first, place.isCurrent,
        place.domains[candidate]?.unread == nil, let mark = place.domains[candidate]?.mark, mark.vmID == candidate,
        mark.fleetID == fleet.description
      else { return nil }
      return Relocation(vm: vm, target: place.host)
    }
  }
}
