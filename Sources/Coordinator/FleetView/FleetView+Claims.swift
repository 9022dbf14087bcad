import Fleet

extension FleetView {
  /// The fleet without the reports of disregarded hosts.
  ///
  /// By default a host's report counts against other hosts' VMs, for starts, resumes, adoptions and the choice of
  /// addresses and ports: two guests on one disk, or with one identity, do irreparable damage, and an honest report of
  /// a duplicate can't be distinguished from a false one. It is shown as a conflict, and the refusal names the
  /// reporting host. An administrator who finds that it is false disregards the host; its claims are then shown but
  /// refuse nothing. What the host's own agent does to its own VMs is not affected.
  /// - Parameter id: a host whose own report counts in any case.
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

  /// The managed VM of each address that Roost gave.
  var givenMACs: [MACAddress: VMID] {
    vms.values.reduce(into: [:]) { given, vm in
      for mac in vm.allocations.macs { given[mac] = vm.id }
    }
  }

  /// Problems with a host's reports, one sentence each: it exceeds its quota, or claims what belongs to another host.
  func notes(of entry: HostEntry, given: [MACAddress: VMID]) -> [String] {
    [entry.excess].compactMap { $0 } + (identities(of: entry) + addresses(of: entry, given)).prefix(Self.mostClaims)
  }

  /// The most claims of one host that are listed.
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
