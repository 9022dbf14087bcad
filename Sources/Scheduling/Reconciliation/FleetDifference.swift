package import Fleet

/// One difference between the database and the hosts, found after an old backup was restored.
package struct FleetDifference: Hashable, Sendable {
  /// How they differ.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A domain has this fleet's mark, and the database does not know the VM: it was made after the backup.
    case unknown
    /// No host has a VM of the database: it was deleted after the backup.
    case missing
    /// Another host has the VM than the one in the database.
    case elsewhere
  }

  /// How they differ.
  package var kind: Kind
  /// The VM's name.
  package var vm: String
  /// The VM.
  package var vmID: VMID
  /// The host the database has it on, or empty.
  package var believed: String
  /// The host that has it, or empty.
  package var seen: String
  /// The VM whose mark an unknown domain carries a copy of, by its name if the database has it; empty if the mark is
  /// the domain's own.
  package var copied: String
  /// Why adopting an unknown domain is refused as long as it is so; empty if it is not.
  package var obstacle: String

  /// Makes a difference.
  package init(
    kind: Kind, vm: String, vmID: VMID, believed: String, seen: String, copied: String = "",
    obstacle: String = ""
  ) {
    self.kind = kind
    self.vm = vm
    self.vmID = vmID
    self.believed = believed
    self.seen = seen
    self.copied = copied
    self.obstacle = obstacle
  }

  /// One sentence, with what to do about it.
  package var sentence: String {
    switch kind {
    case .unknown:
      "VM \"\(vm.printable)\" on \(seen) \(mark), and the database does not know it; \(remedy)"
    case .missing:
      "VM \"\(vm)\" is in the database, and no host has it; if it is really gone: roost delete \(vm.shellQuoted)"
    case .elsewhere: "VM \"\(vm)\" is on \(seen), and the database has it on \(believed)"
    }
  }
}

extension FleetDifference {
  private var mark: String {
    copied.isEmpty ? "has this fleet's mark" : "has a copy of the mark of VM \"\(copied.printable)\""
  }

  private var remedy: String {
    guard !obstacle.isEmpty else { return "roost adopt --host \(seen.shellQuoted) \(vm.shellQuoted) takes it in" }
    return "roost adopt refuses it, for \(obstacle): change that on \(seen) with virsh edit \(vm.shellQuoted), or "
      + "undefine it there if nobody uses it"
  }

  /// Every difference, in the order of names, then hosts.
  ///
  /// A VM is missing only if the present report of its host lacks it; nothing is concluded from a silent host. A VM
  /// that its own host also has is not elsewhere.
  /// - Parameters:
  ///   - current: the names of the hosts that report now.
  ///   - managed: the VMs of the database; those that their own hosts have may be left out.
  ///   - observed: every domain of every host, with its host's name; those of VMs that are left out may be, too.
  ///   - holders: who has which name and address in the database; nil for those of `managed`.
  package static func find(
    fleetID: FleetID, managed: [ManagedVM], current: Set<String>, observed: [(host: String, domain: ObservedDomain)],
    holders: Holders? = nil
  ) -> [FleetDifference] {
    let holders = holders ?? Holders(managed)
    let known = Set(managed.map(\.id))
    var seen: [VMID: [String]] = [:]
    var found: [FleetDifference] = []
    for (host, domain) in observed {
      if known.contains(domain.id) { seen[domain.id, default: []].append(host) }
      guard let mark = domain.mark, mark.fleetID == fleetID.description, !known.contains(domain.id) else { continue }
      let copied = mark.vmID == domain.id ? "" : holders.vm(mark.vmID)?.spec.name ?? mark.vmID.description
      found.append(
        Self(
          kind: .unknown, vm: domain.name, vmID: domain.id, believed: "", seen: host, copied: copied,
          obstacle: holders.obstacle(to: domain)))
    }
    for vm in managed where vm.phase == nil {
      let hosts = seen[vm.id] ?? []
      guard !hosts.contains(vm.host) else { continue }
      if let host = hosts.min() {
        found.append(Self(kind: .elsewhere, vm: vm.spec.name, vmID: vm.id, believed: vm.host, seen: host))
      } else if current.contains(vm.host) {
        found.append(Self(kind: .missing, vm: vm.spec.name, vmID: vm.id, believed: vm.host, seen: ""))
      }
    }
    return found.sorted { ($0.vm, $0.seen, $0.vmID) < ($1.vm, $1.seen, $1.vmID) }
  }

  /// Who has which name and address in the database.
  package struct Holders {
    fileprivate let vm: (VMID) -> ManagedVM?
    private let named: (String) -> ManagedVM?
    private let having: (MACAddress) -> ManagedVM?

    /// Answers from an index.
    package init(
      vm: @escaping (VMID) -> ManagedVM?, named: @escaping (String) -> ManagedVM?,
      having: @escaping (MACAddress) -> ManagedVM?
    ) {
      (self.vm, self.named, self.having) = (vm, named, having)
    }

    /// Answers from the VMs of the database.
    package init(_ managed: [ManagedVM]) {
      let byID = Dictionary(managed.map { ($0.id, $0) }) { first, _ in first }
      let byName = Dictionary(managed.map { ($0.spec.name, $0) }) { first, _ in first }
      let byMAC = Dictionary(managed.flatMap { vm in vm.allocations.macs.map { ($0, vm) } }) { first, _ in first }
      self.init(vm: { byID[$0] }, named: { byName[$0] }, having: { byMAC[$0] })
    }

    /// What an adoption of a domain would be refused for, or empty.
    fileprivate func obstacle(to domain: ObservedDomain) -> String {
      if let vm = named(domain.name) { return "the VM on \(vm.host) has its name" }
      let taken = domain.macs.sorted().lazy.compactMap { mac in having(mac).map { (mac, $0) } }.first
      return taken.map { mac, vm in "its MAC \(mac) belongs to VM \"\(vm.spec.name)\" on \(vm.host)" } ?? ""
    }
  }
}
