package import Fleet

/// Decides what an operation does next, from what is asked for and what is seen.
package enum Reconciliation {
  /// The steps of a new operation, all pending.
  /// - Parameter start: whether a VM that is created boots; other kinds ignore it.
  package static func steps(for kind: OperationKind, start: Bool = false) -> [OperationStep] {
    let names: [String] =
      switch kind {
      case .setVNC: [StepName.provision]
      case .create, .import: start ? [StepName.provision, StepName.start] : [StepName.provision]
      case .start: [StepName.start]
      case .stop: [StepName.stop]
      case .restart: [StepName.restart]
      case .pause: [StepName.pause]
      case .resume: [StepName.resume]
      case .delete: [StepName.destroy]
      case .networkStart, .networkStop: [StepName.network]
      // ConflictResolver appends the addresses to these names.
      case .newMAC: [StepName.newMAC]
      case .linkDown: [StepName.linkDown]
      case .adopt: [StepName.mark]
      case .release: [StepName.unmark]
      case .recover: [StepName.recover]
      }
    return names.map { OperationStep(name: $0) }
  }

  /// The power state to keep a VM in after a failed operation: the one before it.
  package static func power(after operation: FleetOperation, _ vm: ManagedVM) -> PowerTarget {
    switch operation.kind {
    case .create, .import, .start: .stopped
    case .stop, .restart, .pause: .running
    case .resume: .paused
    case .delete, .networkStart, .networkStop, .newMAC, .linkDown, .adopt, .release, .recover, .setVNC:
      vm.power
    }
  }

  /// What the operation does next.
  ///
  /// A host that is silent decides nothing: the operation waits. A step is done when its stored state says so or when
  /// the observed domain satisfies it; every other step is sent to the host, after a crash again under the same
  /// ``actionID(operation:step:attempt:)``. If the coordinator does not see the domain, the agent decides. Nothing is
  /// destroyed without the tombstone of that VM on that host.
  /// - Parameters:
  ///   - vm: the operation's VM, as accepted; nil if the row is gone or the operation is about a network.
  ///   - images: the library images that the spec names.
  ///   - observed: the VM's domain on the operation's host; nil if that host has none.
  ///   - libvirtConnected: whether the host's libvirt answers its agent.
  ///   - agentConnected: whether the host's agent is connected and has sent its full report.
  ///   - elsewhere: what other hosts report of the VM; evaluated only if it decides.
  package static func next(
    _ operation: FleetOperation, vm: ManagedVM?, images: [Image], tombstone: Tombstone?, fleetID: FleetID,
    observed: ObservedDomain?, libvirtConnected: Bool, agentConnected: Bool,
    elsewhere: () -> Elsewhere = { Elsewhere() }
  ) -> NextAction {
    if operation.state == .done { return .finish }
    if operation.state == .failed || operation.steps.contains(where: { $0.state == .failed }) {
      return .fail(operation.failure ?? failure(of: operation))
    }
    guard let index = operation.steps.firstIndex(where: { $0.state != .done }) else { return .finish }
    guard agentConnected else { return .wait("host \"\(operation.host)\" is unreachable") }
    guard libvirtConnected else { return .wait("libvirt on host \"\(operation.host)\" does not answer") }
    return withoutActuallyEscaping(elsewhere) { elsewhere in
      StepDecision(
        operation: operation, index: index, vm: vm, images: images, tombstone: tombstone, fleetID: fleetID,
        observed: observed, elsewhere: elsewhere
      ).verdict
    }
  }

  /// The id of the action for a step: always the same for the same arguments, so that an agent recognises a repeat
  /// after a crash.
  /// - Parameters:
  ///   - step: the step's index.
  ///   - attempt: a stored number that changes when the step must run again with other values, such as the VM's
  ///     revision after it was given another port.
  package static func actionID(operation: OperationID, step: Int, attempt: Int64 = 0) -> ActionID {
    let salt = mixed(mixed(UInt64(bitPattern: Int64(step))) ^ UInt64(bitPattern: attempt))
    // Version 8 is for application-defined identifiers: RFC 9562, section 5.8.
    let high = (operation.value.high ^ salt) & ~0xF000 | 0x8000
    let low = (operation.value.low ^ mixed(salt)) & ~(0b11 << 62) | (0b10 << 62)
    return ActionID(UniqueID(high: high, low: low))
  }

  /// The finishing step of SplitMix64 (https://prng.di.unimi.it/splitmix64.c): every bit depends on every bit.
  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func failure(of operation: FleetOperation) -> FleetError {
    let step = operation.steps.first { $0.state == .failed }
    let detail = step.map { $0.detail.isEmpty ? "step \($0.name) failed" : $0.detail } ?? "it failed"
    return FleetError(.internal, detail, operation: operation.id)
  }
}

extension Reconciliation {
  /// One sentence for each value of the domain that differs from the spec because somebody else changed it. Drift is
  /// reported, never undone.
  ///
  /// Compares both the running guest's configuration and the stored one. Leaves out the machine type, because libvirt
  /// stores the full name where the spec has an alias.
  /// - Parameter isChanging: true while an operation changes the VM's power, so that the power state is not drift.
  package static func drift(vm: ManagedVM, observed: ObservedDomain, isChanging: Bool = false) -> [String] {
    Drift(vm: vm, observed: observed, isChanging: isChanging).sentences
  }

  /// One sentence if the VM should be defined on its host and a current report of that host lacks it.
  package static func missing(vm: ManagedVM, observed: ObservedDomain?) -> String? {
    guard observed == nil, vm.phase == nil else { return nil }
    return "is not defined on host \"\(vm.host)\" any more"
  }
}

/// What the steps of operations are called.
package enum StepName {
  /// The disks are made and the domain is defined.
  package static let provision = "provision"
  /// The guest boots.
  package static let start = "start"
  /// The guest shuts down.
  package static let stop = "stop"
  /// The guest reboots.
  package static let restart = "restart"
  /// The guest's CPUs stop; it stays in memory.
  package static let pause = "pause"
  /// The guest continues.
  package static let resume = "resume"
  /// The domain and its disks are destroyed.
  package static let destroy = "destroy"
  /// A network starts or stops.
  package static let network = "network"
  /// Roost's mark is written into the domain.
  package static let mark = "mark"
  /// Roost's mark is taken out of the domain.
  package static let unmark = "unmark"
  /// The domain is defined again over the disks that are there.
  package static let recover = "recover"
  /// An interface gets another address; the old and the new one follow after spaces.
  package static let newMAC = "new-mac"
  /// The link of an interface goes down; its address follows after a space.
  package static let linkDown = "link-down"

  /// The power verb a step carries out, if it is one of those.
  static func verb(_ step: String) -> PowerVerb? {
    switch step {
    case start: .start
    case stop: .stop
    case restart: .restart
    case pause: .pause
    case resume: .resume
    default: nil
    }
  }
}
