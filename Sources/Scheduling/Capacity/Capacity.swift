package import Fleet

/// Computes what VMs reserve of a host and what is left, at nominal sizes.
package enum Capacity {
  /// What a host's VMs reserve.
  ///
  /// A managed VM reserves its whole size from its acceptance until it is gone, running or not. An unmanaged one
  /// reserves its vCPUs and memory while it runs, and nothing while it is off.
  package static func reserved(managed: [ManagedVM], unmanaged: [ObservedDomain]) -> Reservation {
    var sum = Reservation()
    for vm in managed where vm.phase != .deleted { sum += vm.spec.reservation }
    for domain in unmanaged { sum += reservation(unmanaged: domain) }
    return sum
  }

  /// What one unmanaged domain reserves now.
  package static func reservation(unmanaged domain: ObservedDomain) -> Reservation {
    guard domain.state.isActive || domain.live != nil, let configuration = domain.effective else {
      return Reservation()
    }
    return Reservation(vcpus: max(0, configuration.vcpus), memory: configuration.memory)
  }

  /// What is left of a capacity; 0 for a resource that is overcommitted.
  package static func free(of capacity: HostCapacity, reserved: Reservation) -> Reservation {
    free(of: capacity.limit, reserved: reserved)
  }

  /// What is left of a limit, never negative.
  static func free(of limit: Reservation, reserved: Reservation) -> Reservation {
    Reservation(
      vcpus: max(0, limit.vcpus - max(0, reserved.vcpus)), memory: limit.memory - reserved.memory,
      disk: limit.disk - reserved.disk)
  }
}
