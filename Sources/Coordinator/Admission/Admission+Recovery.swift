import Fleet
import Scheduling
import Store

extension Admission {
  /// Accepts that a VM is defined again that was undefined past Roost: from its spec, over its existing disks; a
  /// running guest is not changed.
  /// - Throws: ``FleetError``: `notFound`, `unreachable`, `precondition` for a VM that is defined, `conflict` for one
  ///   that another host has, and while it is busy.
  func recover(vm name: String, _ write: IdempotencyKey) async throws -> FleetOperation {
    try await accept(write) {
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      try Self.checkReachable(view.hosts[vm.hostID], "recover VM \"\(vm.spec.name)\"", now: clock.now())
      let isOff = try Self.checkUndefined(vm, in: view)
      return change(vm, isOff: isOff)
    }.operation
  }

  /// Refuses a VM that is still defined, or whose name or addresses another domain has.
  /// - Returns: true if its guest does not run.
  private static func checkUndefined(_ vm: ManagedVM, in view: FleetView) throws(FleetError) -> Bool {
    guard vm.phase == nil else {
      throw FleetError(
        .precondition, "VM \"\(vm.spec.name)\" is \(vm.phase?.name ?? "busy")",
        hint: "roost show \(vm.spec.name.shellQuoted)")
    }
    if let observed = view.hosts[vm.hostID]?.domains[vm.id] {
      guard !observed.isPersistent else {
        throw FleetError(
          .precondition, "VM \"\(vm.spec.name)\" is defined on \(vm.host), there is nothing to recover",
          hint: "roost show \(vm.spec.name.shellQuoted)")
      }
      return !observed.state.isActive
    }
    if let place = view.observation(of: vm.id) {
      throw FleetError(
        .conflict, "VM \"\(vm.spec.name)\" is not gone: \(place.entry.host.name) has it",
        hint: "see where it is: roost show \(vm.spec.name.shellQuoted)")
    }
    if let duplicate = view.duplicates(of: vm).first { throw refusal(duplicate) }
    let doubt = view.elsewhere(of: vm, disks: false).refusesStart("recover", of: vm.spec.name, observed: nil)
    if let doubt { throw doubt }
    return true
  }

  private func change(_ vm: ManagedVM, isOff: Bool) -> Change<AcceptedOperation> {
    { transaction in
      try Settling.check(transaction, "recover VM \"\(vm.spec.name)\"")
      var changed = try Self.current(vm, in: transaction)
      try Self.checkIdle(changed, in: transaction)
      // It keeps its present power state, whatever was asked for before.
      if isOff { changed.power = .stopped }
      try changed.revise()
      try transaction.updateVM(changed)
      return AcceptedOperation(
        operation(.recover, of: vm, in: transaction), .vmRecover,
        "the recovery of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
    }
  }
}
