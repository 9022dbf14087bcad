import Fleet
import RoostAPI
import Scheduling
import Store

extension AdoptionHandler {
  /// Accepts the adoption of a VM: it is managed from the commit on, and its agent then writes the mark.
  /// - Throws: ``FleetError``: `notFound`, `conflict`, `unreachable`, `precondition`, and what
  ///   ``DomainImporter/adoptee(_:_:)`` throws.
  func adopt(
    vm: String, host: String, acceptConflicts: Bool, _ write: IdempotencyKey
  ) async throws -> (operation: FleetOperation, notes: [String]) {
    if let earlier = try await admission.replay(write)?.operation { return (earlier, []) }
    try await admission.store.read { try Settling.check($0, "adopt VM \"\(vm.printable)\"") }
    for _ in 0..<Admission.attempts {
      // Before the lock is taken, so that a slow host does not delay other changes.
      let (entry, domain) = try await admission.inventory.view.requiredUnmanaged(vm, host: host)
      let asked = try await adoptee(domain, on: entry)
      let adopted = try await admission.lock.pass { () -> (operation: FleetOperation, notes: [String])? in
        if let earlier = try await admission.replay(write)?.operation { return (earlier, []) }
        let (present, now) = try await admission.inventory.view.requiredUnmanaged(vm, host: host)
        // The domain must not have changed since it was read.
        guard present.host.id == entry.host.id, now.id == domain.id, now.digest == domain.digest else { return nil }
        let adoptee = try await checked(asked, now, on: present, acceptConflicts: acceptConflicts)
        let (vm, operation) = try await commit(adoptee, now, on: present, write)
        await admission.inventory.put(vm)
        return (operation, adoptee.notes)
      }
      guard let adopted else { continue }
      await admission.driver.begin(adopted.operation)
      await admission.feed.notify()
      return adopted
    }
    throw FleetError(
      .precondition, "VM \"\(vm.printable)\" changes faster than it can be adopted", retryable: true)
  }

  /// Accepts the release of a VM: it is managed until its agent has removed the mark.
  /// - Throws: ``FleetError``: `notFound`, `precondition`, `unreachable`, `conflict` while it is busy.
  func release(vm name: String, _ write: IdempotencyKey) async throws -> FleetOperation {
    if let earlier = try await admission.replay(write)?.operation { return earlier }
    let operation = try await admission.lock.pass {
      if let earlier = try await admission.replay(write)?.operation { return earlier }
      let view = await admission.inventory.view
      let vm = try view.requiredManagedVM(name)
      try Admission.checkReachable(
        view.hosts[vm.hostID], "release VM \"\(vm.spec.name)\"", forgetting: vm.spec.name,
        now: admission.clock.now())
      let refusal = view.elsewhere(of: vm, disks: false).refusesRelease(
        of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id])
      if let refusal { throw refusal }
      return try await commitRelease(vm, in: view, write)
    }
    await admission.driver.begin(operation)
    await admission.feed.notify()
    return operation
  }

  private func commit(
    _ adoptee: AdoptedDomain, _ domain: ObservedDomain, on entry: HostEntry, _ write: IdempotencyKey
  ) async throws -> (ManagedVM, FleetOperation) {
    let now = admission.clock.now()
    let vm = ManagedVM(
      id: domain.id, spec: adoptee.spec, hostID: entry.host.id, host: entry.host.name, power: domain.powerTarget,
      revision: (domain.mark?.credibleRevision ?? 0) + 1,
      allocations: Allocations(macs: adoptee.macs, vncPort: adoptee.vncPort), phase: nil, placed: nil, createdAt: now,
      constraints: adoptee.constraints)
    let operation = operation(.adopt, of: vm, at: now)
    try await admission.store.commit { transaction in
      try Settling.check(transaction, "adopt VM \"\(vm.spec.name)\"")
      try transaction.adopt(vm, at: now)
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, operationID: operation.id, at: now))
      try transaction.appendEvent(
        at: now, kind: .vmAdopt, subject: vm.spec.name, message: "VM \"\(vm.spec.name)\" on \(vm.host) is adopted")
    }
    return (vm, operation)
  }

  private func commitRelease(
    _ vm: ManagedVM, in view: FleetView, _ write: IdempotencyKey
  ) async throws -> FleetOperation {
    let now = admission.clock.now()
    let operation = operation(.release, of: vm, at: now)
    try await admission.store.commit { transaction in
      try Settling.check(transaction, "release VM \"\(vm.spec.name)\"")
      let present = try Admission.current(vm, in: transaction)
      try Admission.checkIdle(present, in: transaction)
      try Admission.checkUnmoved(present, since: vm)
      let refusal = try view.joined(by: transaction, about: vm, disks: false).elsewhere(of: vm, disks: false)
        .refusesRelease(of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id])
      if let refusal { throw refusal }
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, operationID: operation.id, at: now))
      try transaction.appendEvent(
        at: now, kind: .vmRelease, subject: vm.spec.name,
        message: "the release of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
    }
    return operation
  }

  private func operation(_ kind: OperationKind, of vm: ManagedVM, at now: Timestamp) -> FleetOperation {
    FleetOperation(
      id: OperationID(from: admission.random), kind: kind, vmID: vm.id, subject: vm.spec.name, hostID: vm.hostID,
      host: vm.host, steps: Reconciliation.steps(for: kind), createdAt: now, actor: Caller.actor)
  }
}
