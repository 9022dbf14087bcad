import Fleet
import Scheduling
import Store

extension Admission {
  /// Accepts the destruction of a VM: writes the tombstone that alone permits it.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for a running VM without `force`, `unreachable`, `conflict`.
  func delete(vm name: String, keepDisks: Bool, force: Bool, _ write: WriteRequest) async throws -> FleetOperation {
    if let earlier = try await replay(write)?.operation { return earlier }
    let operation = try await turnstile.pass {
      if let earlier = try await replay(write)?.operation { return earlier }
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      try Self.checkReachable(
        view.hosts[vm.hostID], "delete VM \"\(vm.spec.name)\"", forgetting: vm.spec.name,
        now: clock.now())
      let isActive = view.hosts[vm.hostID]?.domains[vm.id]?.state.isActive == true
      guard force || !isActive else {
        throw FleetError(
          .precondition, "VM \"\(vm.spec.name)\" is running",
          hint: "stop it first: roost stop \(vm.spec.name), or cut its power: roost delete --force \(vm.spec.name)")
      }
      let accepted = try await commitDeletion(vm, keepDisks: keepDisks, write)
      await inventory.put(accepted.vm)
      return accepted.operation
    }
    await driver.begin(operation)
    await feed.poke()
    return operation
  }

  private func commitDeletion(
    _ vm: ManagedVM, keepDisks: Bool, _ write: WriteRequest
  ) async throws -> (vm: ManagedVM, operation: FleetOperation) {
    let now = clock.now()
    let operationID = OperationID(from: random)
    let tombstone = Tombstone(
      id: TombstoneID(from: random), vmID: vm.id, hostID: vm.hostID, keepDisks: keepDisks, createdAt: now)
    return try await store.commit { transaction in
      // Nothing is destroyed on the word of a database that does not know what became of it.
      try SettlingDesk.check(transaction, "delete VM \"\(vm.spec.name)\"")
      var changed = try Self.current(vm, in: transaction)
      try Self.checkIdle(changed, in: transaction)
      changed.phase = .deleting
      changed.power = .stopped
      changed.revision += 1
      try transaction.updateVM(changed)
      if try transaction.tombstone(vm: vm.id) == nil { try transaction.insertTombstone(tombstone) }
      let operation = FleetOperation(
        id: operationID, kind: .delete, vmID: vm.id, subject: vm.spec.name, hostID: vm.hostID, host: vm.host,
        steps: Reconciliation.steps(for: .delete, start: false), force: true, createdAt: now)
      try transaction.insertOperation(operation)
      try transaction.insertRequest(
        StoredRequest(id: write.id, bodyHash: write.bodyHash, operationID: operationID, at: now))
      try transaction.appendEvent(
        at: now, kind: "vm.delete", subject: vm.spec.name,
        message: "the deletion of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
      return (changed, operation)
    }
  }
}
