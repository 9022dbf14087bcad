internal import DomainXML
internal import Fleet
internal import RoostAPI

/// Creates a VM: its disks, then its definition.
struct Provisioner: Sendable {
  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let disks: DiskMaker
  let facts: FactsCache
  let trust: HostTrustReader

  func perform(_ provision: ProvisionRequest, progress: @escaping ActionExecutor.Progress) async throws {
    let others = try await check(provision, progress)
    if let present = try await hypervisor.domain(provision.vmID) {
      return try await change(present, provision, progress)
    }
    var given = provision.spec
    given.disks.removeAll(where: \.isMadeByRoost)
    try await checkLegible(others, beside: given)
    let facts = await facts.current
    let acceleration = try Acceleration(
      for: provision.spec, emulators: facts.emulators, kvmUsable: facts.kvmUsable)
    if let port = provision.allocations.vncPort, let vnc = provision.spec.vnc {
      try PortProbe.check(port: port, listen: vnc.listen)
    }
    let review = try await review(of: provision, acceleration)
    // Checked before anything is made, so that a VM which the host refuses leaves nothing behind.
    _ = try review.checked(await draft(provision, try disks.plan(provision), acceleration, beside: others))
    let prepared = try await disks.prepare(provision, within: review.trust, progress: progress)
    progress("define the domain", nil)
    try disks.records.noteMade(provision.vmID)
    let text = try review.checked(await draft(provision, prepared, acceleration, beside: others))
    // A cancelled action defines nothing; a definition that has begun is completed.
    try Task.checkCancellation()
    try await Task { try await define(text, provision.vmID) }.value
    try await VariableStore(hypervisor: hypervisor, records: disks.records).note(for: provision.vmID)
    for directory in Set(prepared.compactMap(\.path).map(HostFile.parent)) {
      try? await hypervisor.refreshPool(at: directory)
    }
  }

  /// Defines a VM. If libvirt refuses, records that the VM was never defined, so that it can be deleted whatever other
  /// hosts report.
  private func define(_ text: String, _ vm: VMID) async throws {
    try disks.records.noteDefinition(of: vm)
    do {
      try await hypervisor.define(text)
    } catch {
      // After a timeout or a lost connection libvirt may still define it.
      let isSure = ![.timedOut, .unreachable, .cancelled].contains(FleetError(error).code)
      if isSure, try await hypervisor.domain(vm) == nil { try disks.records.noteUndefined(vm) }
      throw error
    }
  }

  /// Defines a VM again whose definition is gone, over its existing disks; a running guest keeps its disks.
  ///
  /// An adopted VM needs no grant for what it already asked of this host before Roost.
  func recover(_ provision: ProvisionRequest, progress: @escaping ActionExecutor.Progress) async throws {
    let others = try await check(provision, progress)
    if let present = try await hypervisor.domain(provision.vmID) {
      guard !present.isPersistent else { return }
      progress("save the definition of the running guest", nil)
      return try await hypervisor.keepDefinition(of: provision.vmID)
    }
    let facts = await facts.current
    let acceleration = try Acceleration(
      for: provision.spec, emulators: facts.emulators, kvmUsable: facts.kvmUsable)
    progress("find the disks", nil)
    let found = try await disks.find(provision, progress: progress)
    let paths = found.filter { $0.spec.device == .disk }.compactMap(\.path)
    try await checkOthers(provision, with: paths)
    try await checkLegible(others, beside: provision.spec, with: paths)
    progress("define the domain", nil)
    var review = try await review(of: provision, acceleration)
    review.adopted = try MarkRecords(directory: disks.records.directory).asked(of: provision.vmID)
    let text = try review.checked(await draft(provision, found, acceleration, beside: others))
    try disks.records.noteDefinition(of: provision.vmID)
    try await hypervisor.define(text)
  }

  /// The review that every definition for this order must pass.
  private func review(of provision: ProvisionRequest, _ acceleration: Acceleration) async throws -> DocumentReview {
    DocumentReview(
      trust: trust.trust(pools: (try? await hypervisor.pools()) ?? []), state: disks.records.directory,
      emulator: acceleration.emulator.path, allocations: provision.allocations, vnc: provision.spec.vnc,
      others: try await hypervisor.domains().filter { $0.id != provision.vmID })
  }

  /// The document for libvirt, fitted to what is on the host.
  private func draft(
    _ provision: ProvisionRequest, _ disks: [PreparedDisk], _ acceleration: Acceleration,
    beside others: [ObservedDomain]
  ) async throws -> String {
    try DomainDefinition(
      provision: provision, disks: disks, acceleration: acceleration, cpuModels: await facts.current.cpuModels,
      variables: FirmwareVariables(of: provision.spec.document, beside: others)
    ).text()
  }

  /// Refuses an order that this host must not carry out.
  /// - Returns: the other domains of the host.
  private func check(_ provision: ProvisionRequest, _ progress: ActionExecutor.Progress) async throws
    -> [ObservedDomain]
  {
    try provision.spec.validated()
    guard provision.fleetID == fleetID else {
      throw FleetError(.denied, "the action is of the fleet \(provision.fleetID), this host's is \(fleetID)")
    }
    progress("check the host", nil)
    return try await checkOthers(provision)
  }

  /// Changes the VNC port of a VM that is already defined; keeps everything else that somebody changed in it.
  private func change(
    _ present: ObservedDomain, _ provision: ProvisionRequest, _ progress: ActionExecutor.Progress
  ) async throws {
    let mark = VMMark(
      fleetID: fleetID.description, vmID: provision.vmID, revision: provision.revision,
      allocations: provision.allocations)
    guard present.mark != mark else { return }
    guard let port = provision.allocations.vncPort, let vnc = provision.spec.vnc else {
      return try await hypervisor.setMark(mark, on: provision.vmID)
    }
    if !present.state.isActive { try PortProbe.check(port: port, listen: vnc.listen) }
    progress("change the VNC port", nil)
    try await hypervisor.setVNCPort(port, mark, on: provision.vmID)
  }

  /// Refuses a domain that is not this VM, and disks and addresses that another domain of this host has.
  /// - Parameter paths: files that it writes besides those of its spec.
  /// - Returns: the other domains.
  @discardableResult
  private func checkOthers(_ provision: ProvisionRequest, with paths: [String] = []) async throws -> [ObservedDomain] {
    let macs = Set(provision.allocations.macs)
    let wanted = WantedDisk.all(of: provision.spec) + paths.map(WantedDisk.init(path:))
    var others: [ObservedDomain] = []
    for domain in try await hypervisor.domains() {
      if domain.id == provision.vmID {
        try Ownership.check(domain, vm: provision.vmID, fleet: fleetID)
        continue
      }
      others.append(domain)
      guard domain.name != provision.spec.name else {
        throw FleetError(
          .conflict, "libvirt on this host has a domain \"\(domain.name.printable)\" already",
          hint: "choose another name")
      }
      for disk in domain.configurations.flatMap(\.disks) where disk.isWritten {
        guard let mine = wanted.first(where: { $0.isSame(as: disk) }), !(mine.isShareable && disk.shareable) else {
          continue
        }
        let hint =
          mine.isShareable || disk.shareable
          ? "two guests may write one disk only if both documents say <shareable/>, and their file systems know of it"
          : "two guests that write one disk destroy it; name another file"
        throw FleetError(
          .conflict, "the disk \(mine.name.printable) belongs to the domain \"\(domain.name.printable)\" on this host",
          hint: hint)
      }
      if let mac = macs.intersection(domain.macs).first {
        throw FleetError(.conflict, "the MAC \(mac) belongs to the domain \"\(domain.name.printable)\" on this host")
      }
    }
    return others
  }

  /// Refuses to use an existing file while another domain of this host can't be read, because it may be that domain's
  /// disk.
  ///
  /// A file that Roost makes is always new, so it may be made beside such a domain. A missing path has a refusal of its
  /// own. A disk that is not a file of this host may belong to any domain.
  /// - Parameter paths: existing files to use besides those of the spec.
  private func checkLegible(
    _ others: [ObservedDomain], beside spec: VMSpec, with paths: [String] = []
  ) async throws {
    let unread = others.lazy.compactMap { domain in domain.unread.map { (domain, $0) } }.first
    guard let (domain, failure) = unread else { return }
    let taken = try await HostFile.apart {
      let variables = spec.document.flatMap { try? DomainDocument(parsing: $0) }?.system.nvramPath
      let names = WantedDisk.all(of: spec).map(\.name) + paths + [variables].compactMap { $0 }
      return names.first { !$0.hasPrefix("/") || HostFile.exists($0) }
    }
    guard let taken else { return }
    throw FleetError(
      .precondition,
      "the domain \"\(domain.name.printable)\" on this host can't be asked whether \(taken.printable) is its own: "
        + failure.reason.printable,
      hint: "see what is wrong with it, on the host: virsh dumpxml \(domain.id)", retryable: true)
  }
}
