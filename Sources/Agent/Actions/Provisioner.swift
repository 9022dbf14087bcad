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
    let acceleration = try await acceleration(for: provision.spec)
    if let port = provision.allocations.vncPort, let vnc = provision.spec.vnc, !vnc.isSocket {
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

  /// What runs the guest here. An agent that started while libvirt was away knows no emulators yet, and asks.
  /// - Throws: ``FleetError`` with code `unreachable` if libvirt has told of none since the agent started; else as
  ///   ``Acceleration/init(for:emulators:kvmUsable:)`` does.
  private func acceleration(for spec: VMSpec) async throws -> Acceleration {
    if await facts.current.emulators.isEmpty { _ = await facts.refresh() }
    let known = await facts.current
    guard !known.emulators.isEmpty else {
      throw FleetError(
        .unreachable, "libvirt on this host has not told of its emulators yet",
        hint: "see how it is: roost host show HOST", retryable: true)
    }
    return try Acceleration(for: spec, emulators: known.emulators, kvmUsable: known.kvmUsable)
  }

  /// Defines a VM, and notes it if libvirt says no: what is nowhere can be taken back whatever other hosts say.
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
    let acceleration = try await acceleration(for: provision.spec)
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

  /// Changes the VNC display of a VM that is already defined; keeps everything else that somebody changed in it.
  private func change(
    _ present: ObservedDomain, _ provision: ProvisionRequest, _ progress: ActionExecutor.Progress
  ) async throws {
    let mark = VMMark(
      fleetID: fleetID.description, vmID: provision.vmID, revision: provision.revision,
      allocations: provision.allocations)
    guard present.mark != mark else { return }
    guard let listener = try Self.listener(of: provision, for: present) else {
      return try await hypervisor.setMark(mark, on: provision.vmID)
    }
    if case .port(let port, let address) = listener, !present.state.isActive {
      try PortProbe.check(port: port, listen: address)
    }
    progress("change the VNC display", nil)
    try await hypervisor.setVNC(listener, mark, on: provision.vmID)
  }

  /// Where a VM that is defined is to show itself; nil for where it does already.
  /// - Throws: ``FleetError``: `precondition` for a guest that would keep its port while it runs, `invalid` for a
  ///   display at a port without one.
  private static func listener(
    of provision: ProvisionRequest, for present: ObservedDomain
  ) throws(FleetError) -> VNCListener? {
    let listener: VNCListener
    switch VNCMode(of: provision.spec.vnc) {
    case .port:
      guard let port = provision.allocations.vncPort else {
        throw FleetError(.invalid, "the coordinator allocated no port for the VNC display")
      }
      return .port(port, address: provision.spec.vnc?.listen ?? "127.0.0.1")
    case .socket: listener = .socket
    case .none:
      // An adopted VM whose display is libvirt's business keeps it.
      if let text = provision.spec.document {
        do {
          guard try DomainDocument(parsing: text).vnc == nil else { return nil }
        } catch {
          throw FleetError(libvirt: error)
        }
      }
      listener = .none
    }
    let displays = [present.saved, present.live].compactMap { $0?.graphics.first { $0.type == "vnc" } }
    let isThere = listener == .socket ? !displays.isEmpty && displays.allSatisfy(\.isSocket) : displays.isEmpty
    guard !isThere else { return nil }
    guard !present.state.isActive else {
      throw FleetError(
        .precondition, "VM \"\(present.name.printable)\" runs, and its display changes only while it is off",
        hint: "stop it first: roost stop \(present.name.shellQuoted)")
    }
    return listener
  }

  /// Refuses to touch a domain that is not this VM, disks and addresses that another domain of this host has, and
  /// files that disks of others stand on.
  /// - Parameter paths: what it writes beside the paths of its spec.
  /// - Returns: the other domains.
  @discardableResult
  private func checkOthers(_ provision: ProvisionRequest, with paths: [String] = []) async throws -> [ObservedDomain] {
    let macs = Set(provision.allocations.macs)
    let wanted = WantedDisk.all(of: provision.spec) + paths.map(WantedDisk.init(path:))
    if let image = wanted.first(where: { $0.isBelow(disks.cache.directory) }) {
      throw FleetError(
        .conflict,
        "\(image.name.printable) is among the images that Roost keeps on this host, which other VMs stand on",
        hint: "copy it, and name the copy")
    }
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
      let stacks = domain.configurations.flatMap(\.disks).filter { !$0.beneath.isEmpty }
      if let mine = wanted.first(where: { $0.liesBeneath(anyOf: stacks) }) {
        throw FleetError(
          .conflict,
          "\(mine.name.printable) lies beneath a disk of the domain \"\(domain.name.printable)\" on this host",
          hint: "whoever writes to it destroys that disk; copy it, and name the copy")
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
