import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension ConflictResolver {
  /// What a transaction comes to: the answer, and the operation that carries it out.
  typealias Change = Admission.Change<(answer: Roost_V1_ResolveMACResponse, value: FleetOperation)>

  /// Gives a VM that is off another address of its pool: spec, ledger and operation change in one transaction. The old
  /// address enters quarantine.
  func giveNewMAC(
    _ vm: ManagedVM, _ conflict: AddressConflict, _ view: FleetView
  ) throws -> Change {
    let mac = conflict.entry.mac
    let entry = view.hosts[vm.hostID]
    try Admission.checkReachable(entry, "give VM \"\(vm.spec.name)\" another MAC", now: admission.clock.now())
    guard let seen = entry?.domains[vm.id], !seen.state.isActive, let saved = seen.saved else {
      throw FleetError(
        .precondition, "VM \"\(vm.spec.name)\" is not off",
        hint: "stop it first: roost stop \(vm.spec.name.shellQuoted)")
    }
    guard !seen.hasManagedSave else {
      throw FleetError(
        .precondition, "VM \"\(vm.spec.name)\" has a saved state that keeps the MAC \(mac)",
        hint: "on \(vm.host): virsh managedsave-remove \(vm.spec.name.shellQuoted)")
    }
    let index = vm.allocations.macs.firstIndex(of: mac) ?? saved.nics.firstIndex { $0.mac == mac }
    guard let index, vm.spec.nics.indices.contains(index), vm.allocations.macs.indices.contains(index) else {
      throw FleetError(
        .precondition, "the MAC \(mac) of VM \"\(vm.spec.name)\" is none that Roost gave it",
        hint: "on \(vm.host): virsh edit \(vm.spec.name.shellQuoted)")
    }
    let now = admission.clock.now()
    let rest = now.adding(seconds: admission.context.quarantineSeconds)
    return { transaction in
      try Settling.check(transaction, "give VM \"\(vm.spec.name)\" another MAC")
      var changed = try Admission.current(vm, in: transaction)
      try Admission.checkIdle(changed, in: transaction)
      var next = changed.allocations.macs[index]
      // It was given another address before, which the host does not show yet: that one is sent again.
      if next == mac {
        var nic = changed.spec.nics[index]
        nic.mac = nil
        let allocator = MACAllocator(nics: [nic], labels: changed.spec.labels) {
          view.withoutDisregardedHosts().observedOwners(of: $0)
        }
        guard let grant = try allocator.allocate(in: transaction, now: now).first else {
          throw FleetError(.exhausted, "no MAC address is free", hint: "roost mac pool list")
        }
        next = grant.mac
        try transaction.replaceMAC(mac, of: changed, with: next, at: now, quarantineUntil: rest)
        changed.allocations.macs[index] = next
        changed.spec.nics[index].mac = nil
      }
      try changed.revise()
      try transaction.updateVM(changed)
      let step = OperationStep(name: "\(StepName.newMAC) \(mac) \(next)")
      return try accepted(
        changed, .newMAC, step, conflict, in: transaction, newMAC: next,
        message: "VM \"\(changed.spec.name)\" gets MAC \(next) instead of \(mac), which others have")
    }
  }

  /// Takes the link of a running VM's interface down; it comes back with the next start.
  func takeLinkDown(
    _ vm: ManagedVM, _ conflict: AddressConflict, _ view: FleetView
  ) throws -> Change {
    let mac = conflict.entry.mac
    let entry = view.hosts[vm.hostID]
    try Admission.checkReachable(entry, "unplug VM \"\(vm.spec.name)\"", now: admission.clock.now())
    guard let live = entry?.domains[vm.id]?.live, live.nics.contains(where: { $0.mac == mac }) else {
      throw FleetError(
        .precondition, "VM \"\(vm.spec.name)\" does not run with the MAC \(mac)",
        hint: "give it another address: roost mac resolve \(mac) --new-mac \(vm.spec.name.shellQuoted)")
    }
    return { transaction in
      var changed = try Admission.current(vm, in: transaction)
      try Admission.checkIdle(changed, in: transaction)
      try changed.revise()
      try transaction.updateVM(changed)
      return try accepted(
        changed, .linkDown, OperationStep(name: "\(StepName.linkDown) \(mac)"), conflict, in: transaction,
        newMAC: nil,
        message: "the link of MAC \(mac) of VM \"\(changed.spec.name)\" is taken down, as others have the MAC")
    }
  }

  private func accepted(
    _ vm: ManagedVM, _ kind: OperationKind, _ step: OperationStep, _ conflict: AddressConflict,
    in transaction: FleetTransaction, newMAC: MACAddress?, message: String
  ) throws -> (answer: Roost_V1_ResolveMACResponse, value: FleetOperation) {
    let operation = admission.operation(kind, of: vm, [step], in: transaction)
    try transaction.insertOperation(operation)
    try transaction.appendEvent(
      at: operation.createdAt, kind: kind == .newMAC ? .macReplaced : .macLinkDown, subject: vm.spec.name,
      message: message)
    let answer = Self.message(conflict, isAccepted: false) {
      $0.operation = operation.message
      $0.newMac = newMAC?.description ?? ""
    }
    return (answer: answer, value: operation)
  }
}
