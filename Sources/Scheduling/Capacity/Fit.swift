package import Fleet

/// How many more VMs of one size fit, where, and what prevents another one.
package struct Fit: Hashable, Sendable {
  /// How many VMs one host takes.
  package struct Share: Hashable, Sendable {
    /// The host's name.
    package var host: String
    /// How many it takes, 0 or more.
    package var count: Int

    /// Makes a share.
    package init(host: String, count: Int) {
      self.host = host
      self.count = count
    }
  }

  /// How many fit: a lower bound, exact if ``isExact``.
  package var count: Int
  /// An upper bound on the count, for any arrangement.
  package var atMost: Int
  /// How many go to each host, by name.
  package var perHost: [Share]
  /// Why each host takes no more, by name.
  package var limitedBy: [Refusal]
  /// How many hosts may fail afterwards while every VM still finds a host.
  package var survive: Int

  /// Makes a count that was made elsewhere.
  package init(count: Int, atMost: Int, perHost: [Share], limitedBy: [Refusal], survive: Int) {
    self.count = count
    self.atMost = atMost
    self.perHost = perHost
    self.limitedBy = limitedBy
    self.survive = survive
  }

  /// True if ``count`` is exact and not only a lower bound.
  package var isExact: Bool { count == atMost }

  /// Counts how many more VMs like `request` fit.
  ///
  /// If `survive` is above zero, any `survive` hosts may fail afterwards and the others take their VMs, rules kept.
  /// ``isExact`` says whether the count is proven; ``atMost`` is an upper bound otherwise.
  package static func count(
    of request: PlacementRequest, on hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
    survive: Int = 0
  ) -> Fit {
    var search = FitSearch(request, PackingState(hosts, under: policy), survive: max(0, survive))
    let result = search.run()
    return Fit(
      count: result.counts.reduce(0, +), atMost: result.atMost,
      perHost: zip(search.packing.hosts, result.counts).map { Share(host: $0.name, count: $1) },
      limitedBy: FitLimits(request, policy, search, result).refusals, survive: max(0, survive))
  }
}

extension Fit {
  /// Counts several sizes, each in the room that those before it leave.
  ///
  /// Ask for the largest first, so that the smaller ones fill what is left.
  package static func tiers(
    _ requests: [PlacementRequest], on hosts: [HostSnapshot], under policy: PlacementPolicy = PlacementPolicy(),
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

  /// Counts with one more empty host like the named one; nil if there is no host of that name.
  package static func withAnother(
    like name: String, for request: PlacementRequest, on hosts: [HostSnapshot],
    under policy: PlacementPolicy = PlacementPolicy(), survive: Int = 0
  ) -> Fit? {
    guard let model = hosts.first(where: { $0.name == name }) else { return nil }
    return count(of: request, on: hosts + [model.emptied(as: "\(name)+1")], under: policy, survive: survive)
  }
}

extension HostSnapshot {
  /// The host with `count` such VMs added, fewer if they do not fit.
  fileprivate func filled(with request: PlacementRequest, _ count: Int) -> HostSnapshot {
    var host = self
    for number in 0..<count {
      var vm = PlacedVM(request)
      vm.request.spec.name += "-\(name)-\(number + 1)"
      if case .admitted(let after) = host.adding(vm) { host = after }
    }
    return host
  }

  /// A ready, empty host of the same build.
  fileprivate func emptied(as name: String) -> HostSnapshot {
    var host = self
    for vm in vms { host = host.removing(vm.name) }
    host.name = name
    (host.state, host.stateDetail, host.isCurrent) = (.ready, "", true)
    (host.reserved, host.freePoolSpace, host.vmCount) = (Reservation(), nil, 0)
    return host
  }
}
