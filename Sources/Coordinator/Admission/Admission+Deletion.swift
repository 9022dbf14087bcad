import Fleet
import Scheduling
import Store
import Synchronization

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
    let tries = DecisionTries(most: Self.attempts)
    return try await accept(write) {
      tries.begin()
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
      if tries.isRepeated { try await renewReports(about: vm, disks: deletion.mayHaveDisks, in: view) }
      return change(deletion, in: view, isLast: tries.isLast)
    }.operation
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

  /// Stores what the hosts that mentioned a VM or its files have reported since, so that the commit does not find what
  /// was gone when its decision was made.
  func renewReports(about vm: ManagedVM, disks: Bool, in view: FleetView) async throws {
    let names = view.names(of: vm, disks: disks)
    let hosts = try await store.read { try $0.reports(mentioningAnyOf: names).map(\.hostID) }
    await reports.renew(Set(hosts))
  }

  /// - Parameter isLast: false if a refusal by stored reports alone leads to another decision, on renewed ones.
  private func change(_ deletion: Deletion, in view: FleetView, isLast: Bool) -> Change<AcceptedOperation> {
    let vm = deletion.vm
    let mayHaveDisks = deletion.mayHaveDisks
    let tombstone = Tombstone(
      id: TombstoneID(from: random), vmID: vm.id, hostID: vm.hostID, keepDisks: deletion.keepDisks,
      createdAt: clock.now())
    return { transaction in
      // A database that is older than the fleet must not decide to destroy anything.
      try Settling.check(transaction, "delete VM \"\(vm.spec.name)\"")
      var changed = try Self.current(vm, in: transaction)
      try Self.checkIdle(changed, in: transaction)
      try Self.checkUnmoved(changed, since: vm)
      let elsewhere = try view.joined(by: transaction, about: vm, disks: mayHaveDisks)
        .elsewhere(of: vm, disks: mayHaveDisks)
      let refusal = elsewhere.refusesDeletion(
        of: vm.spec.name, observed: view.hosts[vm.hostID]?.domains[vm.id], mayHaveDisks: mayHaveDisks)
      if let refusal { throw isLast ? refusal : Self.overtaken }
      changed.phase = .deleting
      changed.power = .stopped
      try changed.revise()
      try transaction.updateVM(changed)
      try transaction.replaceTombstone(tombstone)
      var operation = operation(.delete, of: vm, in: transaction)
      operation.force = deletion.force
      return AcceptedOperation(
        operation, .vmDelete, "the deletion of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
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

/// Counts the decisions on one request.
final class DecisionTries: Sendable {
  private let most: Int
  private let begun = Mutex(0)

  /// - Parameter most: how many decisions are made at most.
  init(most: Int) { self.most = most }

  /// Begins a decision.
  func begin() { begun.withLock { $0 += 1 } }

  /// True if an earlier decision was overtaken.
  var isRepeated: Bool { begun.withLock { $0 > 1 } }

  /// True if no other decision follows.
  var isLast: Bool { begun.withLock { $0 >= most } }
}
