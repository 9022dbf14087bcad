import DomainXML
import Fleet
import Scheduling

extension FleetView {
  /// Other definitions of a managed VM on any host that must not run at the same time.
  func duplicates(of vm: ManagedVM) -> [DuplicateVM] {
    let home = hosts[vm.hostID]
    let seen = home?.domains[vm.id]
    let host = home?.host.name ?? vm.host
    var member =
      seen.map { DuplicateDefinitions.Member($0, host: host) }
      ?? DuplicateDefinitions.Member(
        owner: AddressOwner(vm: vm.spec.name, vmID: vm.id, host: host), disks: [], isActive: false)
    member.disks.formUnion(vm.spec.disks(shareable: false))
    member.sharedDisks.formUnion(vm.spec.disks(shareable: true))
    return duplicates(of: member)
  }

  /// Definitions on any host that must not run at the same time as a VM still to be created.
  func duplicates(ofNew spec: VMSpec, on host: String, knowing identities: [String: String] = [:]) -> [DuplicateVM] {
    duplicates(of: DuplicateDefinitions.Member(new: spec, on: host, knowing: identities))
  }

  /// Definitions on its own host that write to a disk of a VM still to be created: the host's agent would not define
  /// it beside them, whether it starts or not.
  func rivals(ofNew spec: VMSpec, on entry: HostEntry, knowing identities: [String: String]) -> [DuplicateVM] {
    let name = entry.host.name
    let member = DuplicateDefinitions.Member(new: spec, on: name, knowing: identities)
    let places = Set(member.identities(SharedStorage()).flatMap { index.disks[$0] }).filter { $0.host == entry.host.id }
    return DuplicateDefinitions.of(member, among: members(places), shared: SharedStorage())
  }

  /// The duplicates of a listed VM.
  func duplicates(of summary: VMSummary) -> [DuplicateVM] {
    if summary.managed, let vm = vms[summary.id] { return duplicates(of: vm) }
    guard let domain = host(summary.host)?.domains[summary.id] else { return [] }
    return duplicates(of: DuplicateDefinitions.Member(domain, host: summary.host))
  }

  private func duplicates(of member: DuplicateDefinitions.Member) -> [DuplicateVM] {
    let disks = member.identities(sharedStorage).flatMap { index.disks[$0] }
    let places = Set((member.owner.vmID.map { index.ids[$0] } ?? []) + disks)
    let others = members(places)
    // A domain that was renamed by hand is still the VM itself.
    let rest = others.filter { ($0.owner.vmID, $0.owner.host) != (member.owner.vmID, member.owner.host) }
    return rest.isEmpty ? [] : DuplicateDefinitions.of(member, among: rest, shared: sharedStorage)
  }

  /// The duplicates of domains by their ids, on any host; by owner.
  /// - Complexity: linear in the definitions that share something with them.
  func duplicates(ofDomains ids: Set<VMID>) -> [AddressOwner: [DuplicateVM]] {
    var places: Set<DomainPlace> = []
    for (entry, domain) in definitions(ids.flatMap { index.ids[$0] }) {
      if index.ids.shared.contains(domain.id) { places.formUnion(index.ids[domain.id]) }
      for disk in DuplicateDefinitions.Member(domain, host: entry.host.name).identities(sharedStorage)
      where index.disks.shared.contains(disk) { places.formUnion(index.disks[disk]) }
    }
    guard !places.isEmpty else { return [:] }
    return DuplicateDefinitions.all(members(places), shared: sharedStorage).filter { owner, _ in
      owner.vmID.map(ids.contains) ?? false
    }
  }

  /// The duplicates of every domain that has any, by its owner.
  /// - Complexity: linear in the definitions that share something with another.
  var allDuplicates: [AddressOwner: [DuplicateVM]] {
    let places = Set(index.ids.shared.flatMap { index.ids[$0] } + index.disks.shared.flatMap { index.disks[$0] })
    return DuplicateDefinitions.all(members(places), shared: sharedStorage)
  }

  private func members(_ places: Set<DomainPlace>) -> [DuplicateDefinitions.Member] {
    definitions(places).map { DuplicateDefinitions.Member($0.domain, host: $0.entry.host.name) }
  }
}

extension DuplicateDefinitions.Member {
  /// A VM that is still to be made on a host.
  /// - Parameter identities: what the host knows files by, by their paths.
  init(new spec: VMSpec, on host: String, knowing identities: [String: String] = [:]) {
    let written = spec.writtenDisks(knowing: identities)
    self.init(
      owner: AddressOwner(vm: spec.name, vmID: nil, host: host),
      disks: Set(written.filter { !$0.shareable }.flatMap(\.keys)),
      sharedDisks: Set(written.filter(\.shareable).flatMap(\.keys)), isActive: false)
  }
}

extension VMSpec {
  /// The disks that it writes to, those in its document included, as its host will report them.
  /// - Parameter identities: what the host knows files by, by their paths.
  func writtenDisks(knowing identities: [String: String] = [:]) -> [ObservedDisk] {
    let document = self.document.flatMap { try? DomainDocument(parsing: $0) }
    let stated = Dictionary(
      (document?.disks ?? []).map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
    return disks.filter(\.isWritten).compactMap { disk in
      let written = stated[disk.target]
      guard written?.isReadOnly != true else { return nil }
      let isCarried = disk.source == .document
      let path = disk.path ?? (isCarried ? written?.source.path : nil) ?? ""
      let identity = (isCarried ? written?.elsewhere : nil) ?? identities[path] ?? ""
      guard !path.isEmpty || !identity.isEmpty else { return nil }
      return ObservedDisk(
        device: "disk", target: disk.target, path: path, shareable: disk.isShareable, identity: identity)
    }
  }

  /// The disks at chosen paths to which the VM writes: the shareable ones, or the others.
  fileprivate func disks(shareable: Bool) -> Set<String> {
    Set(disks.filter { $0.isWritten && $0.isShareable == shareable }.compactMap(\.path).map(FilePath.normalised))
  }
}
