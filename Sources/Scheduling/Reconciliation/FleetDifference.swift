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

  /// Makes a difference.
  package init(kind: Kind, vm: String, vmID: VMID, believed: String, seen: String) {
    self.kind = kind
    self.vm = vm
    self.vmID = vmID
    self.believed = believed
    self.seen = seen
  }

  /// One sentence, with what to do about it.
  package var sentence: String {
    switch kind {
    case .unknown:
      "VM \"\(vm.printable)\" on \(seen) has this fleet's mark, and the database does not know it; "
        + "roost adopt --host \(seen.shellQuoted) \(vm.shellQuoted) takes it in"
    case .missing:
      "VM \"\(vm)\" is in the database, and no host has it; if it is really gone: roost delete \(vm.shellQuoted)"
    case .elsewhere: "VM \"\(vm)\" is on \(seen), and the database has it on \(believed)"
    }
  }
}

extension FleetDifference {
  /// Every difference, in the order of names, then hosts.
  ///
  /// A VM is missing only if the present report of its host lacks it; nothing is concluded from a silent host. A VM
  /// that its own host also has is not elsewhere.
  /// - Parameters:
  ///   - current: the names of the hosts that report now.
  ///   - observed: every domain of every host, with its host's name.
  package static func find(
    fleetID: FleetID, managed: [ManagedVM], current: Set<String>, observed: [(host: String, domain: ObservedDomain)]
  ) -> [FleetDifference] {
    let known = Set(managed.map(\.id))
    var seen: [VMID: [String]] = [:]
    var found: [FleetDifference] = []
    for (host, domain) in observed {
      if known.contains(domain.id) { seen[domain.id, default: []].append(host) }
      guard let mark = domain.mark, mark.fleetID == fleetID.description, !known.contains(domain.id) else { continue }
      found.append(Self(kind: .unknown, vm: domain.name, vmID: domain.id, believed: "", seen: host))
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
}
