import Fleet
import Scheduling

extension Inventory {
  /// The fleet ready for decisions, as it is now.
  func index(now: Timestamp) -> PlacementIndex { standing.current(view, managed, now: now) }

  /// Puts the committed policy of placements in place.
  func put(_ policy: FleetPolicy) {
    guard !isFollowing else { return catchUp() }
    view.policy = policy
    standing.forget()
  }

  /// The VM that has a name, and whether Roost manages it; nil if none has it.
  func holder(ofName name: String) -> (owner: AddressOwner, isManaged: Bool)? {
    if let id = managed.names[name], let vm = view.vms[id] {
      let host = view.hosts[vm.hostID]?.host.name ?? vm.host
      return (AddressOwner(vm: name, vmID: id, host: host), true)
    }
    let found = view.hosts.values.compactMap { entry in
      entry.index.names[name].map { AddressOwner(vm: name, vmID: $0, host: entry.host.name) }
    }
    return found.min { $0.host < $1.host }.map { ($0, false) }
  }
}
