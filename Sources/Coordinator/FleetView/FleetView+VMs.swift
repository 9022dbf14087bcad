import Fleet
import Scheduling

extension FleetView {
  /// All VMs as a listing shows them, managed or not, by name, then host.
  func vmSummaries(
    conflicts: [VMID: [String]] = [:], duplicates: [AddressOwner: [DuplicateVM]] = [:]
  ) -> [VMSummary] {
    var result = vms.values.map { summary(of: $0, conflicts: conflicts[$0.id] ?? []) }
    for entry in hosts.values {
      for domain in entry.domains.values where vms[domain.id]?.hostID != entry.host.id {
        result.append(summary(ofUnmanaged: domain, on: entry, conflicts: conflicts[domain.id] ?? []))
      }
    }
    if !duplicates.isEmpty {
      for index in result.indices {
        let owner = AddressOwner(vm: result[index].name, vmID: result[index].id, host: result[index].host)
        result[index].duplicates = duplicates[owner] ?? []
      }
    }
    return result.sorted { ($0.name, $0.host, $0.id) < ($1.name, $1.host, $1.id) }
  }

  /// A managed VM as a listing shows it; its state is the one that its home host last saw.
  func summary(of vm: ManagedVM, conflicts: [String] = []) -> VMSummary {
    let entry = hosts[vm.hostID]
    let domain = entry?.domains[vm.id]
    let certainty = entry?.certainty(of: domain) ?? .unknown(since: nil)
    return VMSummary(
      name: vm.spec.name, id: vm.id, host: entry?.host.name ?? vm.host,
      state: VMObservation.state(vm: vm, observed: domain, isCurrent: certainty == .current), certainty: certainty,
      seenAt: seen(domain, of: vm), managed: true,
      vcpus: vm.spec.vcpus, memory: vm.spec.memory, architecture: vm.spec.architecture,
      nics: nics(of: vm, domain: domain), vnc: display(of: vm, domain: domain, host: entry?.host.name ?? vm.host),
      labels: vm.spec.labels, conflicts: conflicts, isSaved: domain?.isSaved == true,
      hostName: domain.flatMap { $0.name == vm.spec.name ? nil : $0.name } ?? "",
      doubt: certainty == .current ? "" : entry?.doubt(of: domain) ?? "its host is not in the fleet")
  }

  /// When a VM's state was last certain; its absence from its host counts as seen too.
  private func seen(_ domain: ObservedDomain?, of vm: ManagedVM) -> Timestamp? {
    let entry = hosts[vm.hostID]
    if let domain { return entry?.seenAt(of: domain) }
    return vm.phase == nil ? entry?.domainsAt : nil
  }

  /// An unmanaged VM as a listing shows it.
  func summary(ofUnmanaged domain: ObservedDomain, on entry: HostEntry, conflicts: [String] = []) -> VMSummary {
    let configuration = domain.effective
    let nics = (configuration?.nics ?? []).compactMap { nic -> VMSummary.NIC? in
      guard let mac = nic.mac else { return nil }
      return VMSummary.NIC(
        mac: mac, network: nic.network, bridge: nic.bridge, ips: ips(of: mac, in: domain),
        addresses: addresses(of: mac, in: domain))
    }
    return VMSummary(
      name: domain.name, id: domain.id, host: entry.host.name,
      state: VMObservation.state(vm: nil, observed: domain), certainty: entry.certainty(of: domain),
      seenAt: entry.seenAt(of: domain), managed: false, vcpus: configuration?.vcpus ?? 0,
      memory: configuration?.memory ?? .zero, architecture: configuration?.architecture ?? "", nics: nics,
      vnc: configuration.flatMap { VMSummary.Display(in: $0, on: entry.host.name) }, labels: [:],
      conflicts: conflicts, isSaved: domain.isSaved, doubt: entry.doubt(of: domain))
  }

  private func nics(of vm: ManagedVM, domain: ObservedDomain?) -> [VMSummary.NIC] {
    zip(vm.spec.nics, vm.allocations.macs).map { spec, mac in
      let seen = domain?.effective?.nics.first { $0.mac == mac }
      var network = seen?.network ?? ""
      var bridge = seen?.bridge ?? ""
      switch spec.source {
      case .network(let name): network = name
      case .bridge(let name): bridge = name
      case .carried: break
      }
      return VMSummary.NIC(
        mac: mac, network: network, bridge: bridge, ips: domain.map { ips(of: mac, in: $0) } ?? [],
        addresses: domain.map { addresses(of: mac, in: $0) } ?? [])
    }
  }

  private func ips(of mac: MACAddress, in domain: ObservedDomain) -> [String] {
    var seen: Set<String> = []
    return domain.leases.filter { $0.mac == mac && seen.insert($0.ip).inserted }.map(\.ip)
  }

  /// The IP addresses of an interface, each with its source.
  func addresses(of mac: MACAddress, in domain: ObservedDomain) -> [NICAddress] {
    var seen: Set<NICAddress> = []
    return domain.leases.filter { $0.mac == mac }.map { NICAddress(ip: $0.ip, source: $0.source) }
      .filter { seen.insert($0).inserted }
  }

  private func display(of vm: ManagedVM, domain: ObservedDomain?, host: String) -> VMSummary.Display? {
    if vm.spec.vnc?.isSocket == true {
      // A change that failed has left the guest its port.
      let seen = domain?.effective.flatMap { VMSummary.Display(in: $0, on: host) }
      return seen?.port == nil ? VMSummary.Display(host: host, port: nil) : seen
    }
    guard let vnc = vm.spec.vnc, let port = vm.allocations.vncPort else {
      // An adopted VM may have a display whose port libvirt chooses.
      return domain?.effective.flatMap { VMSummary.Display(in: $0, on: host) }
    }
    return VMSummary.Display(host: host, address: vnc.listen, port: port)
  }

  /// The only VM with a name or id; the name that a managed VM has on its host counts too.
  /// - Throws: ``FleetError`` with code `notFound`, or `conflict` when VMs of several hosts share the name.
  func requiredVM(_ nameOrID: String) throws(FleetError) -> VMSummary {
    let wanted = VMID(nameOrID)
    if let vm = (index.managed.names[nameOrID] ?? wanted).flatMap({ vms[$0] }) { return summary(of: vm) }
    let places = Set(index.names[nameOrID] + (wanted.map { index.ids[$0] } ?? []))
    let found = definitions(places).map { entry, domain in
      let vm = vms[domain.id].flatMap { $0.hostID == entry.host.id ? $0 : nil }
      return vm.map { summary(of: $0) } ?? summary(ofUnmanaged: domain, on: entry)
    }
    guard let first = found.first else {
      throw FleetError(.notFound, "there is no VM \"\(nameOrID.printable)\"", hint: "list them: roost list")
    }
    guard found.count == 1 else {
      let hosts = found.map(\.host).joined(separator: ", ")
      throw FleetError(
        .conflict, "\"\(nameOrID.printable)\" is the name of \(found.count) VMs, on \(hosts)",
        hint: "name one by its id: \(first.id)")
    }
    return first
  }

  /// The managed VM with a name or id.
  /// - Throws: ``FleetError`` with code `notFound`, or `precondition` for an unmanaged VM.
  func requiredManagedVM(_ nameOrID: String) throws(FleetError) -> ManagedVM {
    let summary = try requiredVM(nameOrID)
    guard let vm = vms[summary.id], summary.managed else {
      throw FleetError(
        .precondition, "VM \"\(summary.name)\" on \(summary.host) is not managed by Roost, which never touches it",
        hint: "take it in first: roost adopt --host \(summary.host) \(summary.name.shellQuoted); "
          + "or use virsh on \(summary.host)")
    }
    return vm
  }
}

extension ObservedDomain {
  /// True if it is off and its next start restores its saved memory.
  fileprivate var isSaved: Bool { hasManagedSave && !state.isActive }
}

extension VMSummary.Display {
  /// The first VNC display of a configuration that can be reached; nil if there is none.
  fileprivate init?(in configuration: DomainConfiguration, on host: String) {
    let shown = configuration.graphics.first { $0.type == "vnc" && ($0.port != nil || $0.isSocket) }
    guard let shown else { return nil }
    self.init(host: host, address: shown.isSocket ? "" : shown.listen, port: shown.port)
  }
}
