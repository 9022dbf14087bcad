import Fleet
import Scheduling
import Store

extension Admission {
  /// Checks a decision against the store and writes the VM with its placement, its MACs and its port.
  func creation(_ attempt: PlacementAttempt) -> Change<AcceptedOperation> {
    let insertion = insertion(attempt)
    let intent = attempt.intent
    return { transaction in
      try Settling.check(transaction, "create VM \"\(intent.spec.name)\"")
      guard try verify(attempt, in: transaction) else { throw Self.overtaken }
      let vm = try insertion(transaction)
      let steps = Reconciliation.steps(for: intent.kind, start: intent.start)
      var accepted = AcceptedOperation(
        operation(intent.kind, of: vm, steps, in: transaction), vm: vm, .vmPlaced,
        "VM \"\(vm.spec.name)\" is placed on \(vm.host)")
      accepted.notes = attempt.notes
      accepted.decision = attempt.decision
      return accepted
    }
  }

  /// Writes a placed VM with its addresses, unless another VM forbids it.
  private func insertion(_ attempt: PlacementAttempt) -> Change<ManagedVM> {
    let (intent, host) = (attempt.intent, attempt.entry.host)
    let (now, id) = (clock.now(), VMID(from: random))
    let view = attempt.view.withoutDisregardedHosts()
    let allocator = MACAllocator(
      nics: intent.spec.nics, held: intent.heldMACs, labels: intent.spec.labels, claim: intent.claim
    ) { mac in
      view.observedOwners(of: mac)
    }
    let observedPorts = view.observedPorts()
    let refusal = Self.refusal(attempt, in: view)
    return { transaction in
      if let refusal { throw refusal }
      let grants = try allocator.allocate(in: transaction, now: now)
      let port = intent.spec.wantsPort ? try PortAllocator.next(observed: observedPorts, in: transaction) : nil
      let vm = ManagedVM(
        id: id, spec: intent.spec, hostID: host.id, host: host.name, power: intent.start ? .running : .stopped,
        revision: 1, allocations: Allocations(macs: grants.map(\.mac), vncPort: port), phase: .pending,
        createdAt: now, constraints: intent.constraints)
      try transaction.insertVM(vm, placedBy: attempt.decision)
      for grant in grants { try transaction.allocateMAC(grant.mac, to: vm, source: grant.source, at: now) }
      if let port { try transaction.allocatePort(port, to: vm, at: now) }
      return vm
    }
  }

  /// Why another VM forbids this one, by the last report of each host.
  private static func refusal(_ attempt: PlacementAttempt, in view: FleetView) -> FleetError? {
    let (intent, host) = (attempt.intent, attempt.entry.host.name)
    let rivals = attempt.view.rivals(ofNew: intent.spec, on: attempt.entry, knowing: attempt.identities)
    if let rival = rivals.first { return refusal(rival: rival) }
    if intent.start,
      let duplicate = view.duplicates(ofNew: intent.spec, on: host, knowing: attempt.identities).first
    {
      return refusal(duplicate)
    }
    return view.refusalForFileBeneath(intent.spec, on: host).map { sentence in
      FleetError(.conflict, sentence, hint: "whoever writes to it destroys that disk; copy it, and name the copy")
    }
  }

  /// Refuses what committing these VMs one after the other would refuse; changes nothing.
  func rehearse(_ attempts: [PlacementAttempt]) async throws {
    var earlier: [DuplicateDefinitions.Member] = []
    for attempt in attempts {
      let host = attempt.entry.host.name
      let member = DuplicateDefinitions.Member(new: attempt.intent.spec, on: host, knowing: attempt.identities)
      let shared = attempt.intent.start ? attempt.view.sharedStorage : SharedStorage()
      if let rival = DuplicateDefinitions.of(member, among: earlier, shared: shared).first {
        throw Self.refusal(rival: rival)
      }
      earlier.append(member)
    }
    let insertions = attempts.map(insertion)
    try await store.rehearse { transaction in
      for insertion in insertions { _ = try insertion(transaction) }
    }
  }

  /// Why a VM is not made beside another one on its host.
  private static func refusal(rival: DuplicateVM) -> FleetError {
    FleetError(
      .conflict, rival.sentence,
      hint: "two guests that write one disk destroy it: name another file, or write <shareable/> in both if their file "
        + "systems know of it; see whose it is: roost show \(rival.other.vm.shellQuoted)")
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
