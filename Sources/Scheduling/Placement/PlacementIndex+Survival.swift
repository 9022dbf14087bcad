internal import Fleet

extension PlacementIndex {
  /// Makes exact what measurements left inexact, and plans survival again after a host was replaced in more than its
  /// VMs. Without this call each question plans anew.
  package mutating func prepare() {
    tightenLoads()
    guard policy.survive > 0, survival == nil else { return }
    survival = Survival(hosts, under: policy)
    survival?.prepare()
  }

  /// Applies the VMs that came to a host and left it to the survival plans; discards the plans if more has changed.
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

  /// A host without its VMs, their reservations and values that only affect scores.
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
