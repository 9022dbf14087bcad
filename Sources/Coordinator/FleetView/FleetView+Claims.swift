import Fleet

extension FleetView {
  /// The fleet as far as its claims hinder anybody: without what hosts report that an administrator disregards.
  ///
  /// The rule, for starts, resumes, adoptions and the choice of addresses and ports: what a host says that it runs
  /// counts against others' VMs by default, for two guests on one disk, or with one identity, destroy what neither can
  /// bring back, and nobody can tell an honest report of such a duplicate from a lie. It is shown as a conflict of the
  /// host that makes the claim, and the refusal names that host. It is never the last word: an administrator who has
  /// looked, and finds that it is not so, disregards the host, and from then on its claims are shown and hinder nobody.
  /// What the host's own agent does to its own VMs is not touched by that.
  /// - Parameter id: a host whose own report is asked about, and counts.
  func regarded(on id: HostID? = nil) -> FleetView {
    guard hosts.values.contains(where: { $0.host.isDisregarded && $0.host.id != id }) else { return self }
    var view = self
    for (key, entry) in hosts where entry.host.isDisregarded && key != id {
      var entry = entry
      entry.domains = [:]
      entry.refreshIndex()
      view.hosts[key] = entry
    }
    return view
  }

  /// The managed VM that has each address that Roost gave.
  var givenMACs: [MACAddress: VMID] {
    vms.values.reduce(into: [:]) { given, vm in
      for mac in vm.allocations.macs { given[mac] = vm.id }
    }
  }

  /// What is wrong about what a host reports, one sentence each: it tells more than one host may, or it claims to run
  /// what is another host's.
  func notes(of entry: HostEntry, given: [MACAddress: VMID]) -> [String] {
    [entry.excess].compactMap { $0 } + (identities(of: entry) + addresses(of: entry, given)).prefix(Self.mostClaims)
  }

  /// How many claims of one host are listed.
  private static let mostClaims = 8

  private func identities(of entry: HostEntry) -> [String] {
    entry.domains.values.filter { $0.state.isActive }.sorted { $0.id < $1.id }.compactMap { domain in
      guard let vm = vms[domain.id], vm.hostID != entry.host.id, let home = hosts[vm.hostID], home.isCurrent,
        home.domains[domain.id] != nil
      else { return nil }
      return "it says it runs VM \"\(vm.spec.name)\", which is on \(vm.host)"
    }
  }

  private func addresses(of entry: HostEntry, _ given: [MACAddress: VMID]) -> [String] {
    entry.index.macs.keys.sorted().lazy.compactMap { mac -> String? in
      guard let vm = given[mac].flatMap({ vms[$0] }), vm.hostID != entry.host.id,
        let other = entry.index.macs[mac]?.filter({ $0 != vm.id }).min(), let name = entry.domains[other]?.name
      else { return nil }
      return "its \"\(name.printable)\" has the MAC \(mac) of VM \"\(vm.spec.name)\" on \(vm.host)"
    }.prefix(Self.mostClaims).map { $0 }
  }
}
