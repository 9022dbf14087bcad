import Fleet
import Scheduling
import Store

extension Admission {
  /// Checks a decision against the store and writes the VM with its placement, its MACs and its port.
  func creation(_ attempt: PlacementAttempt) -> Change<AcceptedOperation> {
    let now = clock.now()
    let vmID = VMID(from: random)
    let intent = attempt.intent
    let host = attempt.entry.host
    let view = attempt.view.regarded()
    let allocator = MACAllocator(
      nics: intent.spec.nics, held: intent.heldMACs, labels: intent.spec.labels, claim: intent.claim
    ) { mac in
      view.observedOwners(of: mac)
    }
    let observedPorts = view.observedPorts()
    let beneath = view.standsOnDisk(ofNew: intent.spec, on: host.name)
    return { transaction in
      try Settling.check(transaction, "create VM \"\(intent.spec.name)\"")
      guard try verify(attempt, in: transaction) else { throw Self.overtaken }
      if intent.start, let duplicate = view.duplicates(ofNew: intent.spec, on: host.name).first {
        throw Self.refusal(duplicate)
      }
      if let sentence = beneath {
        throw FleetError(
          .conflict, sentence, hint: "whoever writes to it destroys that disk; copy it, and name the copy")
      }
      let grants = try allocator.allocate(in: transaction, now: now)
      let wantsPort = intent.spec.vnc != nil
      let port = wantsPort ? try PortAllocator.next(observed: observedPorts, in: transaction) : nil
      let vm = ManagedVM(
        id: vmID, spec: intent.spec, hostID: host.id, host: host.name, power: intent.start ? .running : .stopped,
        revision: 1, allocations: Allocations(macs: grants.map(\.mac), vncPort: port), phase: .pending,
        placed: attempt.decision, createdAt: now,
        constraints: intent.constraints)
      try transaction.insertVM(vm)
      for grant in grants { try transaction.allocateMAC(grant.mac, to: vm, source: grant.source, at: now) }
      if let port { try transaction.allocatePort(port, to: vm, at: now) }
      let steps = Reconciliation.steps(for: intent.kind, start: intent.start)
      var accepted = AcceptedOperation(
        operation(intent.kind, of: vm, steps, in: transaction), vm: vm, .vmPlaced,
        "VM \"\(vm.spec.name)\" is placed on \(vm.host)")
      accepted.notes = attempt.notes
      return accepted
    }
  }

  /// Why a VM with a duplicate is not started.
  static func refusal(_ duplicate: DuplicateVM) -> FleetError {
    FleetError(
      .conflict, "\(duplicate.sentence)\(duplicate.isDoubleRun ? "" : ": Roost starts neither")",
      hint: "remove one of the two definitions first, on \(duplicate.other.host): virsh undefine "
        + "\(duplicate.other.vm.shellQuoted); if \(duplicate.other.host) makes a false claim: "
        + "roost host disregard \(duplicate.other.host)")
  }

  /// True if the chosen host still takes the VM, by the store's own rows and the unmanaged VMs there.
  private func verify(_ attempt: PlacementAttempt, in transaction: FleetTransaction) throws -> Bool {
    let name = attempt.intent.spec.name
    if let other = try transaction.vm(named: name) {
      throw FleetError(.conflict, "the name \"\(name)\" belongs to a VM on \(other.host) already")
    }
    return try CommitCheck(
      request: attempt.intent.request(byDefault: attempt.index.policy.strategy), entry: attempt.entry,
      unmanaged: attempt.view.unmanagedReservation(on: attempt.entry.host.id), index: attempt.index
    ).holds(in: transaction)
  }
}
