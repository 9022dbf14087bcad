public import Fleet

extension HostSnapshot {
  /// What the fleet may still reserve of it; nothing before its first report.
  public var free: Reservation { Room(of: self).free }

  /// The one step every placement is made of: this host with the reservation on it, or the rule that is in the way.
  public func adding(_ reservation: Reservation) -> Admission {
    if let refusal = RoomFilter.refusal(of: reservation, in: Room(of: self), host: name) { return .refused(refusal) }
    var host = self
    host.take(reservation)
    return .admitted(host)
  }

  /// This host with a VM on it, its counted resources taken, or the first rule about room that is in the way.
  public func adding(_ vm: PlacedVM) -> Admission {
    if let refusal = ResourceFilter.refusal(vm.request, on: self) { return .refused(refusal) }
    return adding(vm.request.spec.reservation).map { host in
      host.count(vm.request, sign: 1)
      host.vms.append(vm)
    }
  }

  /// This host without the VM of a name and what it takes; unchanged if it has none of that name.
  public func removing(_ name: String) -> HostSnapshot {
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

  /// Takes or gives back what a request counts of pools, devices and huge pages.
  private mutating func count(_ request: PlacementRequest, sign: Int64) {
    let wish = request.constraints
    for (name, size) in wish.pools { traits.pools[name]?.reserve(sign * size.bytes) }
    for (kind, number) in wish.devices { traits.devices[kind]?.reserve(sign * Int64(number)) }
    guard let page = wish.hugePage(of: traits.hugePages),
      let index = traits.hugePages.firstIndex(where: { $0.pageSize == page })
    else { return }
    let number = request.hugePagesNeeded(of: page)
    traits.hugePages[index].take(sign < 0 ? -number : number)
  }
}

extension Admission {
  fileprivate func map(_ change: (inout HostSnapshot) -> Void) -> Admission {
    guard case .admitted(var host) = self else { return self }
    change(&host)
    return .admitted(host)
  }
}
