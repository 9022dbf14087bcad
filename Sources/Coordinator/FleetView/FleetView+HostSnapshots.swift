import Fleet
import Scheduling

extension FleetView {
  /// Every host as placement sees it, by name.
  func snapshots(now: Timestamp) -> [HostSnapshot] {
    sortedHosts.map { snapshot(of: $0, managed: managedVMs(on: $0.host.id), now: now) }
  }

  /// One host as placement sees it, with the managed VMs that belong on it.
  func snapshot(of entry: HostEntry, managed: [ManagedVM], now: Timestamp) -> HostSnapshot {
    let here = managed.filter { $0.phase != .deleted }
    let found = entry.domains.values.filter { vms[$0.id]?.hostID != entry.host.id }
    let reserved = Capacity.reserved(managed: here, unmanaged: Array(found))
    var snapshot = snapshot(of: entry, reserved: reserved, now: now)
    let placed =
      here.map { Self.placedVM(of: $0, on: entry) } + found.compactMap { Self.placedVM(ofUnmanaged: $0, on: entry) }
    // Sorted, so that equal fleets give equal snapshots.
    snapshot.vms = placed.sorted { $0.name < $1.name }
    snapshot.vmCount = entry.domains.count + here.count { entry.domains[$0.id] == nil }
    snapshot.images = Set(here.filter { $0.phase == nil }.flatMap { $0.spec.disks.compactMap(\.overlaid) })
    snapshot.count(here)
    return snapshot
  }

  /// A managed VM on its host.
  private static func placedVM(of vm: ManagedVM, on entry: HostEntry) -> PlacedVM {
    var spec = vm.spec
    // Plans don't need an imported VM's document.
    spec.document = nil
    let request = PlacementRequest(
      spec: spec, host: vm.constraints.isPinned ? entry.host.name : nil, constraints: vm.constraints)
    return PlacedVM(request, isRunning: entry.domains[vm.id]?.state.isActive ?? (vm.power != .stopped))
  }

  /// An unmanaged guest: it takes room while it runs, and does not move.
  private static func placedVM(ofUnmanaged domain: ObservedDomain, on entry: HostEntry) -> PlacedVM? {
    guard domain.state.isActive || domain.live != nil, let configuration = domain.effective else { return nil }
    let spec = VMSpec(
      name: domain.name, vcpus: max(0, configuration.vcpus), memory: configuration.memory,
      architecture: configuration.architecture, nics: [], vnc: nil)
    return PlacedVM(PlacementRequest(spec: spec, host: entry.host.name), isManaged: false)
  }

  /// What a host has beyond CPUs, memory, disk and networks.
  func traits(of entry: HostEntry, now: Timestamp) -> HostTraits {
    var traits = entry.measuredTraits(at: now)
    guard let facts = entry.facts else { return traits }
    traits.cpuModels = Set(facts.cpuModels)
    traits.trust = facts.trust
    traits.qemuVersion = facts.versions.qemu
    traits.cells = facts.numa
    traits.hugePages = facts.hugePages
    traits.offers = Set(facts.offers)
    for domain in entry.domains.values {
      for device in domain.configurations.flatMap(\.hostDevices) { traits.lent[device] = domain.name }
    }
    for pool in facts.pools where pool.isActive {
      traits.pools[pool.name] = HostTraits.Countable(total: pool.capacity.bytes, reserved: pool.allocation.bytes)
      if SharedStorage.networkTypes.contains(pool.type) { traits.sharedPools.insert(pool.name) }
    }
    return traits
  }
}

extension HostSnapshot {
  /// Adds the reservations of managed VMs in pools; space already in use counts if it is more.
  fileprivate mutating func count(_ managed: [ManagedVM]) {
    var nominal: [String: ByteCount] = [:]
    for vm in managed {
      for (pool, size) in vm.constraints.pools { nominal[pool, default: .zero] += size }
      for (kind, number) in vm.constraints.devices { traits.devices[kind]?.reserve(Int64(number)) }
    }
    for (pool, size) in nominal {
      guard let counted = traits.pools[pool] else { continue }
      traits.pools[pool]?.reserved = max(counted.reserved, size.bytes)
    }
  }
}

extension DiskSpec {
  /// The library image that the disk is an overlay of, which must be on its host.
  fileprivate var overlaid: ImageID? {
    guard case .overlay(let reference) = source else { return nil }
    return reference.id
  }
}
