package import Fleet

/// Where a VM is in its life, and how far that can be trusted.
package struct VMObservation: Hashable, Sendable {
  /// Where it is in its life.
  package var state: VMState
  /// How far `state` can be trusted.
  package var certainty: Freshness
  /// When the state was last seen, or nil for never.
  package var seenAt: Timestamp?

  /// Combines the coordinator's decision with the observation.
  /// - Parameters:
  ///   - vm: the managed VM, or nil for an unmanaged domain.
  ///   - observed: its domain as last seen, or nil if the host's last report had none.
  ///   - isCurrent: whether the host's agent and libvirt answer now.
  ///   - hostSeenAt: when the host last reported, or nil for never.
  package init(vm: ManagedVM?, observed: ObservedDomain?, isCurrent: Bool, hostSeenAt: Timestamp?) {
    let seenAt = [observed?.seenAt, hostSeenAt].compactMap { $0 }.max()
    self.seenAt = observed == nil ? nil : seenAt
    let says = isCurrent && observed?.state != .unknown
    certainty = says ? .current : .unknown(since: seenAt)
    state = Self.state(vm: vm, observed: observed, isCurrent: isCurrent)
  }

  /// Where a VM is in its life.
  ///
  /// ``ManagedVM/phase``, which the coordinator decided, takes precedence over the observation. A managed VM that a
  /// current report lacks has failed; without a current report it has the state that was asked for.
  package static func state(vm: ManagedVM?, observed: ObservedDomain?, isCurrent: Bool = true) -> VMState {
    if let phase = vm?.phase { return phase }
    if let observed, observed.state != .unknown || vm == nil { return state(of: observed.state) }
    guard let vm else { return .deleted }
    if observed == nil, isCurrent { return .failed("it is not defined on host \"\(vm.host)\" any more") }
    return switch vm.power {
    case .running: .running
    case .stopped: .stopped
    case .paused: .paused
    }
  }

  /// The state of a VM for a domain's power state; an unknown power state counts as stopped.
  package static func state(of state: DomainState) -> VMState {
    switch state {
    case .running, .blocked, .shuttingDown, .suspended: .running
    case .paused: .paused
    case .stopped, .unknown: .stopped
    case .crashed: .failed("the guest crashed")
    }
  }
}
