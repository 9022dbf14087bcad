package import Fleet

/// What VMs take of a host, and what is left, at nominal sizes.
package enum Capacity {
  /// What a host's VMs take of it.
  ///
  /// A managed VM takes its whole reservation from the moment it is accepted until it is gone, running or not.
  /// An unmanaged one takes its vCPUs and memory while it runs, and nothing while it is off.
  package static func reserved(managed: [ManagedVM], unmanaged: [ObservedDomain]) -> Reservation {
    var sum = Reservation()
    for vm in managed where vm.phase != .deleted { sum += vm.spec.reservation }
    for domain in unmanaged { sum += reservation(unmanaged: domain) }
    return sum
  }

  /// What one unmanaged domain takes of its host now.
  package static func reservation(unmanaged domain: ObservedDomain) -> Reservation {
    guard domain.state.isActive || domain.live != nil, let configuration = domain.effective else {
      return Reservation()
    }
    return Reservation(vcpus: max(0, configuration.vcpus), memory: configuration.memory)
  }

  /// What is left of a capacity; nothing of what is oversold already.
  package static func free(of capacity: HostCapacity, reserved: Reservation) -> Reservation {
    free(of: capacity.limit, reserved: reserved)
  }

  /// What is left of a limit, never less than nothing.
  static func free(of limit: Reservation, reserved: Reservation) -> Reservation {
    Reservation(
      vcpus: max(0, limit.vcpus - max(0, reserved.vcpus)), memory: limit.memory - reserved.memory,
      disk: limit.disk - reserved.disk)
  }
}
