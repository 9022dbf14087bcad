package import Fleet

/// A host as the coordinator sees it at one moment.
package struct HostSnapshot: Hashable, Sendable {
  /// Its identity.
  package var id: HostID
  /// Its name, unique in the fleet.
  package var name: String
  /// Whether it can take work.
  package var state: HostState
  /// Why it is not ready, such as `last seen 4 min ago`, or empty.
  package var stateDetail: String
  /// True while its reports are fresh.
  package var isCurrent: Bool
  /// The age of its last report, or nil if it never reported.
  package var dataAgeSeconds: Double?
  /// What the fleet may reserve of it; nil before its first report.
  package var capacity: HostCapacity?
  /// What managed and unmanaged VMs take of it.
  package var reserved: Reservation
  /// Free space of its image directory's file system, if known; it affects the score only.
  package var freePoolSpace: ByteCount?
  /// Its emulators.
  package var emulators: [Emulator]
  /// True if its guests run under KVM.
  package var kvmUsable: Bool
  /// Its libvirt networks.
  package var networks: [HostNetwork]
  /// Its Linux bridges.
  package var bridges: Set<String>
  /// Its labels.
  package var labels: [String: String]
  /// Library images it has a copy of.
  package var images: Set<ImageID>
  /// How many VMs it has, unmanaged ones included.
  package var vmCount: Int
  /// What is known of the files that the VM to be placed brings along.
  package var files: KnownFiles
  /// What it has beyond CPUs, memory, disk and networks.
  package var traits: HostTraits
  /// The VMs that rules, survival and plans consider; their reservations are part of ``reserved``.
  package var vms: [PlacedVM]

  /// Makes a snapshot.
  package init(
    id: HostID, name: String, state: HostState = .ready, stateDetail: String = "", isCurrent: Bool = true,
    dataAgeSeconds: Double? = nil, capacity: HostCapacity? = nil, reserved: Reservation = Reservation(),
    freePoolSpace: ByteCount? = nil, emulators: [Emulator] = [], kvmUsable: Bool = false,
    networks: [HostNetwork] = [], bridges: Set<String> = [], labels: [String: String] = [:],
    images: Set<ImageID> = [], vmCount: Int = 0,
    files: KnownFiles = .unasked, traits: HostTraits = HostTraits(), vms: [PlacedVM] = []
  ) {
    self.id = id
    self.name = name
    self.state = state
    self.stateDetail = stateDetail
    self.isCurrent = isCurrent
    self.dataAgeSeconds = dataAgeSeconds
    self.capacity = capacity
    self.reserved = reserved
    self.freePoolSpace = freePoolSpace
    self.emulators = emulators
    self.kvmUsable = kvmUsable
    self.networks = networks
    self.bridges = bridges
    self.labels = labels
    self.images = images
    self.vmCount = vmCount
    self.files = files
    self.traits = traits
    self.vms = vms
  }
}

extension HostSnapshot {
  /// What the fleet may still reserve of it; 0 before its first report.
  package var free: Reservation { Room(of: self).free }

  /// The step of which every placement consists: this host with the reservation added, or the rule that refuses it.
  package func adding(_ reservation: Reservation) -> ReservationResult {
    if let refusal = RoomFilter.refusal(of: reservation, in: Room(of: self), host: name) { return .refused(refusal) }
    var host = self
    host.take(reservation)
    return .admitted(host)
  }

  /// This host with a VM added and its counted resources taken, or the first rule about room that refuses it.
  package func adding(_ vm: PlacedVM) -> ReservationResult {
    if let refusal = ResourceFilter.refusal(vm.request, on: self) { return .refused(refusal) }
    return adding(vm.request.spec.reservation).map { host in
      host.count(vm.request, sign: 1)
      host.vms.append(vm)
    }
  }

  /// This host without the named VM and its reservation; unchanged if it has no such VM.
  package func removing(_ name: String) -> HostSnapshot {
    guard let index = vms.firstIndex(where: { $0.name == name }) else { return self }
    var host = self
    let request = host.vms.remove(at: index).request
    let gone = request.spec.reservation
    host.reserved = Reservation(
      vcpus: host.reserved.vcpus - gone.vcpus, memory: host.reserved.memory - gone.memory,
      disk: host.reserved.disk - gone.disk)
    host.freePoolSpace = freePoolSpace.map { $0 + gone.disk }
    host.vmCount -= 1
    host.count(request, sign: -1)
    return host
  }

  private mutating func take(_ reservation: Reservation) {
    reserved += reservation
    freePoolSpace = freePoolSpace.map { $0 - reservation.disk }
    vmCount += 1
  }

  /// Takes or returns the pool space, devices and huge pages that a request counts.
  private mutating func count(_ request: PlacementRequest, sign: Int64) {
    let wanted = request.constraints
    for (name, size) in wanted.pools { traits.pools[name]?.reserve(sign * size.bytes) }
    for (kind, number) in wanted.devices { traits.devices[kind]?.reserve(sign * Int64(number)) }
    guard let page = wanted.hugePage(of: traits.hugePages),
      let index = traits.hugePages.firstIndex(where: { $0.pageSize == page })
    else { return }
    let number = request.hugePagesNeeded(of: page)
    traits.hugePages[index].take(sign < 0 ? -number : number)
  }
}

extension ReservationResult {
  fileprivate func map(_ change: (inout HostSnapshot) -> Void) -> ReservationResult {
    guard case .admitted(var host) = self else { return self }
    change(&host)
    return .admitted(host)
  }
}

extension HostSnapshot {
  /// True if a guest of this architecture runs under KVM here.
  func accelerates(_ spec: VMSpec) -> Bool {
    kvmUsable
      && emulators.contains { $0.architecture == spec.architecture && $0.accelerators.contains("kvm") }
  }
}

/// The result of adding a reservation to a host.
package enum ReservationResult: Hashable, Sendable {
  /// The host afterwards.
  case admitted(HostSnapshot)
  /// The rule and its numbers.
  case refused(Refusal)
}

/// What is known of the files on a host that a VM brings along.
package enum KnownFiles: Hashable, Sendable {
  /// The host was not asked, so no host is refused because of them.
  case unasked
  /// What exists at each path that was asked for, and at the path of each volume, which is named `POOL/NAME`; a volume
  /// without a known path is left out.
  case found([String: FileStatus.Kind])
  /// The host gave no answer, for this reason.
  case unknown(String)
}
