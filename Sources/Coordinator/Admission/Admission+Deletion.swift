import Fleet
import Scheduling
import Store

extension Admission {
  /// A requested deletion, with its limits.
  private struct Deletion: Sendable {
    let vm: ManagedVM
    let keepDisks: Bool
    let force: Bool

    /// Whether files would go with it.
    var mayHaveDisks: Bool { !keepDisks && vm.spec.disks.contains(where: \.isMadeByRoost) }
  }

  /// Accepts the deletion of a VM: writes the tombstone that alone permits it.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for an active or saved VM without `force`, `unreachable`,
  ///   `conflict` if another host has it or another domain uses its disks, by the last reports of silent hosts too.
  func delete(vm name: String, keepDisks: Bool, force: Bool, _ write: IdempotencyKey) async throws -> FleetOperation {
    if let earlier = try await replay(write)?.operation { return earlier }
    let operation = try await lock.pass {
      if let earlier = try await replay(write)?.operation { return earlier }
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      try Self.checkReachable(
        view.hosts[vm.hostID], "delete VM \"\(vm.spec.name)\"", forgetting: vm.spec.name,
        now: clock.now())
      let deletion = Deletion(vm: vm, keepDisks: keepDisks, force: force)
      let observed = view.hosts[vm.hostID]?.domains[vm.id]
      let elsewhere = view.elsewhere(of: vm, disks: deletion.mayHaveDisks)
      let refusal = elsewhere.refusesDeletion(
        of: vm.spec.name, observed: observed, mayHaveDisks: deletion.mayHaveDisks)
      if let refusal { throw refusal }
      if !force, let observed { try Self.checkOff(observed, vm) }
      let accepted = try await commit(deletion, in: view, write)
      await inventory.put(accepted.vm)
      return accepted.operation
    }
    await driver.begin(operation)
    await feed.notify()
    return operation
  }

  /// Refuses to delete a guest that would lose its memory.
  private static func checkOff(_ observed: ObservedDomain, _ vm: ManagedVM) throws {
    let (name, quoted) = (vm.spec.name, vm.spec.name.shellQuoted)
    guard !observed.state.mayBeActive else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is \(observed.state.words)",
        hint: "stop it first: roost stop \(quoted), or cut its power: roost delete --force \(quoted)")
    }
    guard !observed.hasManagedSave else {
      throw FleetError(
        .precondition, "VM \"\(name)\" is stopped with its memory saved, which would be lost",
        hint: "start it and shut it down, or drop what is saved: roost delete --force \(quoted)")
    }
  }

  private func commit(
    _ deletion: Deletion, in view: FleetView, _ write: IdempotencyKey
  ) async throws -> (vm: ManagedVM, operation: FleetOperation) {
    let vm = deletion.vm
    let mayHaveDisks = deletion.mayHaveDisks
    let now = clock.now()
    let operationID = OperationID(from: random)
    let tombstone = Tombstone(
      id: TombstoneID(from: random), vmID: vm.id, hostID: vm.hostID, keepDisks: deletion.keepDisks, createdAt: now)
    return try await store.commit { transaction in
      // A database that is older than the fleet must not decide to destroy anything.
      try Settling.check(transaction, "delete VM \"\(vm.spec.name)\"")
      var changed = try Self.current(vm, in: transaction)
      try Self.checkIdle(changed, in: transaction)
      try Self.checkUnmoved(changed, since: vm)
      let elsewhere = try view.joined(by: transaction, about: vm, disks: mayHaveDisks)
        .elsewhere(of: vm, disks: mayHaveDisks)
      let refusal = elsewhere.refusesDeletion(
        of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id], mayHaveDisks: mayHaveDisks)
      if let refusal { throw refusal }
      changed.phase = .deleting
      changed.power = .stopped
      try changed.revise()
      try transaction.updateVM(changed)
      try transaction.replaceTombstone(tombstone)
      let operation = FleetOperation(
        id: operationID, kind: .delete, vmID: vm.id, subject: vm.spec.name, hostID: vm.hostID, host: vm.host,
        steps: Reconciliation.steps(for: .delete, start: false), force: deletion.force, createdAt: now,
        actor: transaction.actor)
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, operationID: operationID, at: now))
      try transaction.appendEvent(
        at: now, kind: .vmDelete, subject: vm.spec.name,
        message: "the deletion of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
      return (changed, operation)
    }
  }

  /// Checks at commit that the VM still belongs on the same host; the view that the transaction builds checks the rest
  /// again.
  static func checkUnmoved(_ vm: ManagedVM, since decided: ManagedVM) throws(FleetError) {
    guard vm.hostID == decided.hostID else {
      throw FleetError(
        .conflict, "VM \"\(vm.spec.name)\" has just been moved to \(vm.host)", hint: "look at it, then ask again",
        retryable: true)
    }
  }
}
