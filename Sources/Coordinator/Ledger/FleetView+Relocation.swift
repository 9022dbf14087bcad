import Fleet

extension FleetView {
  /// A VM that somebody moved to another host with other tools.
  struct Relocation: Sendable {
    let vm: ManagedVM
    let target: Host
  }

  /// The managed VMs that have left their home and are, by their mark, on one other host.
  ///
  /// Only what both hosts tell now counts: silence is no departure. A VM that is seen on two hosts stays where it
  /// belongs, and so does one that an operation is at work on. What a disregarded host claims to run neither comes to
  /// it nor keeps a VM from being followed elsewhere.
  /// - Parameter id: a host that has just told; VMs that have nothing to do with it are not looked at.
  func relocations(about id: HostID, fleet: FleetID) -> [Relocation] {
    var candidates = Set((hosts[id]?.domains.keys).map(Array.init) ?? []).filter { vms[$0] != nil }
    candidates.formUnion(vms.values.filter { $0.hostID == id && hosts[id]?.domains[$0.id] == nil }.map(\.id))
    return candidates.sorted().compactMap { candidate in
      guard let vm = vms[candidate], vm.phase == nil, let home = hosts[vm.hostID], home.isCurrent,
        home.domains[candidate] == nil
      else { return nil }
      let places = hosts.values.filter { !$0.host.isDisregarded && $0.domains[candidate] != nil }
      guard places.count == 1, let place = places.first, place.isCurrent,
        place.domains[candidate]?.unread == nil, let mark = place.domains[candidate]?.mark, mark.vmID == candidate,
        mark.fleetID == fleet.description
      else { return nil }
      return Relocation(vm: vm, target: place.host)
    }
  }
}
