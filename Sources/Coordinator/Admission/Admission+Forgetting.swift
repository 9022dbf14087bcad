import Fleet
import RoostAPI
import RoostProto
import Scheduling
import Store
import SwiftProtobuf

extension Admission {
  /// Removes a VM's row without changing its host: for a VM that its host does not have any more, or whose host is
  /// silent. Its addresses enter quarantine, its port is free.
  /// - Parameter confirmedName: the name again, required while its host is silent, since its guest may still run there.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for a VM that some host has, or without its name.
  func forget(vm name: String, confirmedName: String, _ write: IdempotencyKey) async throws -> Roost_V1_VMResponse {
    let requests = IdempotentWrites(store: store)
    if let earlier = try await requests.earlier(write, as: Roost_V1_VMResponse.self) { return earlier }
    let (answer, ended) = try await lock.pass { () -> (Roost_V1_VMResponse, [FleetOperation]) in
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      let isSilent = try Self.checkForgettable(vm, confirmedName: confirmedName, in: view)
      let now = clock.now()
      let until = now.adding(seconds: context.quarantineSeconds)
      let answer = Roost_V1_VMResponse.with { $0.vm = view.summary(of: vm).message }
      let outcome = try await requests.carryOut(write, at: now) { transaction in
        try Settling.check(transaction, "forget VM \"\(vm.spec.name)\"")
        let row = try Self.current(vm, in: transaction)
        let ended = try Self.endOperations(
          try transaction.operations(vm: row.id).filter { !$0.state.isEnded }, in: transaction, at: now,
          because: "VM \"\(row.spec.name)\" is taken off the books")
        try transaction.removeWithAddresses(row.id, at: now, quarantineUntil: until, leftBehind: isSilent)
        try transaction.appendEvent(
          at: now, kind: .vmForgotten, subject: row.spec.name,
          message: "VM \"\(row.spec.name)\" is off the books; its host \(row.host) was not touched"
            + (isSilent ? ", and its guest may still run there" : ""))
        return (answer: answer, value: ended)
      }
      // What a silent host was last seen with stays in the inventory, as unmanaged.
      if outcome.value != nil { await inventory.release(vm: vm.id) }
      return (outcome.answer, outcome.value ?? [])
    }
    for operation in ended { await driver.cancel(operation) }
    await feed.notify()
    return answer
  }

  /// Ends operations whose VM or host is gone.
  /// - Returns: the operations as they ended.
  static func endOperations(
    _ open: [FleetOperation], in transaction: FleetTransaction, at now: Timestamp, because reason: String
  ) throws -> [FleetOperation] {
    try open.map { operation in
      let failure = FleetError(.cancelled, reason, operation: operation.id)
      let ended = operation.ended(with: failure, detail: reason, at: now)
      try transaction.updateOperation(ended)
      try transaction.appendEvent(
        at: now, kind: .operationCancelled, subject: ended.subject,
        message: "\(ended.kind.rawValue) of \"\(ended.subject)\" on \(ended.host) is ended: \(reason)")
      return ended
    }
  }

  /// - Returns: true if the VM's host is silent.
  private static func checkForgettable(
    _ vm: ManagedVM, confirmedName: String, in view: FleetView
  ) throws(FleetError) -> Bool {
    let (name, quoted) = (vm.spec.name, vm.spec.name.shellQuoted)
    for entry in view.sortedHosts where entry.isCurrent {
      guard let domain = entry.domains[vm.id] else { continue }
      throw FleetError(
        .precondition, "VM \"\(name)\" is on \(entry.host.name), which answers and has it as \(domain.state.rawValue)",
        hint: "let its guest go on without Roost: roost release \(quoted); or end it: roost delete \(quoted)")
    }
    guard let entry = view.hosts[vm.hostID], !entry.isCurrent else { return false }
    guard confirmedName == name else {
      throw FleetError(
        .precondition,
        "host \"\(entry.host.name)\" is unreachable, and the guest of VM \"\(name)\" may still run there",
        hint: "if it is gone for good, say its name: roost forget \(quoted) --confirm \(quoted)")
    }
    return true
  }
}
