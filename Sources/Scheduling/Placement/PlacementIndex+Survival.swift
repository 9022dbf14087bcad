internal import Fleet

extension PlacementIndex {
  /// Works out anew what must survive, after hosts were replaced of which more than their VMs has changed; nothing
  /// happens if that is known. Without it each question works it out for itself.
  package mutating func prepare() {
    guard policy.survive > 0, survival == nil else { return }
    survival = Survival(hosts, under: policy)
    survival?.prepare()
  }

  /// Takes the VMs that came to a host and went from it into what must survive; forgets that if more has changed.
  mutating func renewSurvival(_ old: HostSnapshot, _ new: HostSnapshot) {
    guard survival != nil else { return }
    guard Self.bare(old) == Self.bare(new) else {
      survival = nil
      return
    }
    let before = Dictionary(old.vms.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.vms.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, vm) in before where after[name]?.request != vm.request { survival?.remove(name, from: new.name) }
    for vm in new.vms where before[vm.name]?.request != vm.request { survival?.add(vm, to: new.name) }
  }

  /// A host without its VMs, what they reserve and what only weighs.
  private static func bare(_ host: HostSnapshot) -> HostSnapshot {
    var bare = host
    for vm in host.vms { bare = bare.removing(vm.name) }
    bare.freePoolSpace = nil
    bare.dataAgeSeconds = nil
    bare.images = []
    bare.vmCount = 0
    bare.files = host.files
    bare.traits.load = nil
    bare.traits.loadAgeSeconds = 0
    return bare
  }
}
