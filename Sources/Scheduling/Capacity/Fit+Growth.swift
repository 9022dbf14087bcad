public import Fleet

extension Fit {
  /// Counts several sizes, each in the room that those before it leave.
  ///
  /// Ask with the largest first: what is left then is filled by the smaller ones.
  public static func tiers(
    _ requests: [PlacementRequest], on hosts: [HostSnapshot], under policy: FleetPolicy = FleetPolicy(),
    survive: Int = 0
  ) -> [Fit] {
    var hosts = hosts
    return requests.map { request in
      let fit = count(of: request, on: hosts, under: policy, survive: survive)
      let counts = Dictionary(fit.perHost.map { ($0.host, $0.count) }, uniquingKeysWith: +)
      hosts = hosts.map { $0.filled(with: request, counts[$0.name] ?? 0) }
      return fit
    }
  }

  /// Counts with one more host, empty and otherwise like one that is there; nil if there is none of that name.
  public static func withAnother(
    like name: String, for request: PlacementRequest, on hosts: [HostSnapshot],
    under policy: FleetPolicy = FleetPolicy(), survive: Int = 0
  ) -> Fit? {
    guard let model = hosts.first(where: { $0.name == name }) else { return nil }
    return count(of: request, on: hosts + [model.emptied(as: "\(name)+1")], under: policy, survive: survive)
  }
}

extension HostSnapshot {
  /// The host with so many VMs on it that have room there.
  fileprivate func filled(with request: PlacementRequest, _ count: Int) -> HostSnapshot {
    var host = self
    for number in 0..<count {
      var vm = PlacedVM(request)
      vm.request.spec.name += "-\(name)-\(number + 1)"
      if case .admitted(let after) = host.adding(vm) { host = after }
    }
    return host
  }

  /// A ready host of the same build with nothing on it.
  fileprivate func emptied(as name: String) -> HostSnapshot {
    var host = self
    for vm in vms { host = host.removing(vm.name) }
    host.name = name
    (host.state, host.stateDetail, host.isCurrent) = (.ready, "", true)
    (host.reserved, host.freePoolSpace, host.vmCount) = (Reservation(), nil, 0)
    return host
  }
}
