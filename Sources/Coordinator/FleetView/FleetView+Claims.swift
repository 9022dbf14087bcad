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
  func withoutDisregardedHosts(except id: HostID? = nil) -> FleetView {
    var view = self
    for key in index.disregarded where key != id {
      guard var entry = hosts[key] else { continue }
      entry.domains = [:]
      view.replace(entry)
    }
    return view
  }

  /// Problems with a host's reports, one sentence each: it exceeds its quota, or claims what belongs to another host.
  func notes(of entry: HostEntry) -> [String] {
    [entry.excess].compactMap { $0 } + (identities(of: entry) + addresses(of: entry)).prefix(Self.mostClaims)
  }

  /// The most claims of one host that are listed.
  private static let mostClaims = 8

  private func identities(of entry: HostEntry) -> [String] {
    guard !index.ids.shared.isEmpty else { return [] }
    let shared = entry.domains.values.filter { $0.state.isActive && index.ids.shared.contains($0.id) }
    return shared.sorted { $0.id < $1.id }.compactMap { domain in
      guard let vm = vms[domain.id], vm.hostID != entry.host.id, let home = hosts[vm.hostID], home.isCurrent,
        home.domains[domain.id] != nil
      else { return nil }
      return "it says it runs VM \"\(vm.spec.name)\", which is on \(vm.host)"
    }
  }

  private func addresses(of entry: HostEntry) -> [String] {
    guard !index.contestedMACs.isEmpty else { return [] }
    let contested = Set(entry.domains.values.flatMap(\.macs)).intersection(index.contestedMACs)
    return contested.sorted().lazy.compactMap { mac -> String? in
      guard let vm = index.managed.macs[mac].flatMap({ vms[$0] }), vm.hostID != entry.host.id,
        let other = index.macs[mac].filter({ $0.host == entry.host.id && $0.vm != vm.id }).map(\.vm).min(),
        let name = entry.domains[other]?.name
      else { return nil }
      return "its \"\(name.printable)\" has the MAC \(mac) of VM \"\(vm.spec.name)\" on \(vm.host)"
    }.prefix(Self.mostClaims).map { $0 }
  }
}
