internal import Fleet

// Each filter runs once for all requests and hosts with equal inputs. Whatever is not cleared here is an input, so a
// filter may read a new property at once; a property that no filter reads is cleared to keep the classes few.

extension HostSnapshot {
  /// The host without what no filter reads, such as its name and its room.
  var filterInputs: HostSnapshot {
    var host = self
    host.id = HostID(UniqueID(high: 0, low: 0))
    host.name = ""
    if state == .ready { host.stateDetail = "" }
    host.dataAgeSeconds = nil
    host.capacity = capacity.map { HostCapacity(vcpus: 0, memory: .zero, disk: .zero, cpuRatio: $0.cpuRatio) }
    host.reserved = Reservation()
    host.freePoolSpace = nil
    for index in networks.indices where !networks[index].reservations.isEmpty { host.networks[index].reservations = [] }
    host.images = []
    host.vmCount = 0
    host.vms = []
    host.traits.hugePages = []
    if !traits.pools.isEmpty { host.traits.pools = traits.pools.mapValues { _ in HostTraits.Countable(total: 0) } }
    host.traits.devices = [:]
    host.traits.lent = [:]
    host.traits.load = nil
    host.traits.loadAgeSeconds = 0
    return host
  }
}

extension PlacementRequest {
  /// The request without what no filter reads, such as its name, its rules and counted resources. Its size is read only
  /// if it must fit into one NUMA cell.
  ///
  /// - Parameter isPlaced: True for a VM that is on a host. No host was asked whether it has the files of such a VM, so
  ///   its files are cleared too.
  func filterInputs(isPlaced: Bool) -> PlacementRequest {
    var request = self
    request.strategy = .spread
    request.spec.clear()
    request.constraints.groups = []
    request.constraints.pools = [:]
    request.constraints.devices = [:]
    request.constraints.hugePage = nil
    request.constraints.usesDefaultHugePages = false
    request.constraints.isPinned = false
    if !constraints.oneCell { (request.spec.vcpus, request.spec.memory) = (1, .zero) }
    if isPlaced {
      request.spec.disks = []
      request.constraints.needs = constraints.needs.filter { !$0.isPath && $0.kind != .volume }
    }
    return request
  }

  /// True only if the request has these inputs; false also for rare requests that have them. Much cheaper than making
  /// the inputs.
  func surelyHas(_ inputs: PlacementRequest) -> Bool {
    let (wanted, others) = (constraints, inputs.constraints)
    return spec.machine == inputs.spec.machine && spec.architecture == inputs.spec.architecture
      && spec.acceleration == inputs.spec.acceleration && host == inputs.host
      && spec.wantsPort == inputs.spec.wantsPort
      && spec.nics.elementsEqual(inputs.spec.nics) { $0.source == $1.source }
      && inputs.spec.disks.isEmpty && !spec.disks.contains { $0.source == .existing }
      && privileges == inputs.privileges && !wanted.oneCell && !others.oneCell
      && wanted.require == others.require && wanted.avoid == others.avoid && wanted.cpuModel == others.cpuModel
      && wanted.vlans == others.vlans && wanted.needs == others.needs
  }
}

extension VMSpec {
  /// Clears what no filter reads.
  fileprivate mutating func clear() {
    name = ""
    title = nil
    startVCPUs = nil
    startMemory = nil
    let existing = disks.filter { $0.source == .existing }
    disks = existing.map { DiskSpec(target: "", source: .existing, path: $0.path) }
    nics = nics.map { NICSpec(source: $0.source) }
    vnc = wantsPort ? VNCSpec() : nil
    serialConsole = true
    bootOrder = []
    labels = [:]
    document = nil
  }
}
