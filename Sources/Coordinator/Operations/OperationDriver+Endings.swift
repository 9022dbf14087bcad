import Fleet
import Logging
import Scheduling
import Store

extension OperationDriver {
  /// Records that an operation is done, with all consequences.
  func finish(_ situation: OperationSituation) async throws {
    if let refusal = Self.ignored(situation) { return try await fail(situation, refusal, undoes: false) }
    var operation = situation.operation
    let now = clock.now()
    operation.state = .done
    operation.endedAt = now
    let ended = operation
    let quarantineUntil = now.adding(seconds: context.quarantineSeconds)
    let seen = situation.observed
    try await store.commit { transaction in
      try Self.checkOpen(ended.id, in: transaction)
      try transaction.updateOperation(ended)
      try transaction.appendEvent(
        at: now, kind: .operationDone, subject: ended.subject,
        message: "\(ended.kind.rawValue) of \"\(ended.subject)\" on \(ended.host) is done")
      guard let id = ended.vmID, var vm = try transaction.vm(id) else { return }
      switch ended.kind {
      case .delete: try Self.remove(vm, in: transaction, now: now, quarantineUntil: quarantineUntil)
      case .release: try Self.giveBack(vm, in: transaction, now: now)
      default:
        if ended.kind == .setVNC, !vm.spec.wantsPort, let port = vm.allocations.vncPort,
          seen?.displayPorts.contains(port) == false
        {
          try transaction.releasePorts(of: id, at: now)
          vm.allocations.vncPort = nil
        }
        vm.phase = nil
        if ended.steps.contains(where: { $0.name == StepName.start }) { vm.startFailure = nil }
        try transaction.updateVM(vm)
      }
    }
    await activeOperations.show(ended)
  }

  /// Why a change of a display is not done although its host says so: an agent of a release that knows displays at
  /// ports alone writes the mark and leaves the port.
  private static func ignored(_ situation: OperationSituation) -> FleetError? {
    guard situation.operation.kind == .setVNC, let vm = situation.vm, !vm.spec.wantsPort,
      let port = vm.allocations.vncPort,
      situation.observed?.saved?.graphics.contains(where: { $0.port == port }) == true
    else { return nil }
    return FleetError(
      .unsupported, "the agent of host \"\(vm.host)\" does not know this kind of display, so the VM keeps its port",
      hint: "install this release there, then again: roost set \(vm.spec.name.shellQuoted) vnc=…")
  }

  /// Records that an operation has failed. A VM that could not be provisioned is undone: it then has no name, no
  /// address and no reservation.
  /// - Parameter undoes: false if the host can't be asked to remove what it made.
  func fail(
    _ situation: OperationSituation, _ failure: FleetError, at index: Int? = nil, undoes: Bool = true
  ) async throws {
    var operation = situation.operation
    let now = clock.now()
    if let index, operation.steps.indices.contains(index) {
      operation.steps[index].state = .failed
      operation.steps[index].detail = failure.message
    }
    operation.state = .failed
    operation.endedAt = now
    operation.failure = failure
    operation.failure?.operation = operation.id
    var isUnmade = false
    if undoes, let index, operation.steps[index].name == StepName.provision,
      operation.kind == .create || operation.kind == .import, let vm = situation.vm, let entry = situation.entry
    {
      isUnmade = try await undo(vm, on: entry)
    }
    let removes = isUnmade
    let ended = operation
    try await store.commit { transaction in
      try Self.checkOpen(ended.id, in: transaction)
      try transaction.appendEvent(
        at: now, kind: .operationFailed, subject: ended.subject,
        message: "\(ended.kind.rawValue) of \"\(ended.subject)\" on \(ended.host) failed: \(failure.message)")
      try Self.write(undone: ended, isUnmade: removes, in: transaction, at: now)
    }
    await activeOperations.show(ended)
  }

  /// Records the end of an operation that was not done, and the consequences for its VM.
  /// - Parameter isUnmade: true if its host has nothing of the VM, whose row is then removed.
  static func write(
    undone ended: FleetOperation, isUnmade: Bool, in transaction: FleetTransaction, at now: Timestamp
  ) throws {
    try transaction.updateOperation(ended)
    guard let id = ended.vmID, var vm = try transaction.vm(id), let failure = ended.failure else { return }
    if isUnmade { return try remove(vm, in: transaction, now: now, quarantineUntil: now) }
    if ended.kind == .adopt { return try giveBack(vm, in: transaction, now: now) }
    if ended.kind == .delete { try transaction.removeTombstone(vm: id) }
    vm.phase = phase(after: ended, vm, failure)
    vm.power = vm.phase == nil ? Reconciliation.power(after: ended, vm) : vm.power
    if let step = ended.steps.last(where: { $0.state == .failed }), step.name == StepName.start,
      failure.code != .cancelled
    {
      vm.startFailure = failure.message
    }
    try transaction.updateVM(vm)
  }

  /// Refuses to write about an operation that another one has superseded meanwhile.
  static func checkOpen(_ id: OperationID, in transaction: FleetTransaction) throws {
    guard try transaction.operation(id)?.state.isEnded == true else { return }
    throw FleetError(.superseded, "the operation \(id) has ended already")
  }

  /// The phase of a VM after a failed operation: a VM that could be neither made nor removed has failed.
  private static func phase(after operation: FleetOperation, _ vm: ManagedVM, _ failure: FleetError) -> VMState? {
    switch vm.phase {
    case .pending, .provisioning: .failed(failure.message)
    case .failed(let reason): .failed(reason)
    default: nil
    }
  }

  /// Removes what a failed provisioning has left on the host.
  /// - Returns: false if the host refuses; the VM is then kept, so that it can be deleted when the host is repaired.
  /// - Throws: ``FleetError`` if the host can't be reached now; the operation continues when it can.
  private func undo(_ vm: ManagedVM, on entry: HostEntry) async throws -> Bool {
    let now = clock.now()
    let fresh = Tombstone(
      id: TombstoneID(from: random), vmID: vm.id, hostID: vm.hostID, keepDisks: false, createdAt: now)
    let tombstone = try await store.commit { transaction in
      if let present = try transaction.tombstone(vm: vm.id) { return present }
      try transaction.insertTombstone(fresh)
      return fresh
    }
    // Its agent knows whether it was ever defined, and so could have been moved.
    let isNowhere = await inventory.view.elsewhere(of: vm, disks: true).isAbsent
    let work = AgentAction.Work.destroy(
      Destruction(vmID: vm.id, tombstone: tombstone.id, keepDisks: tombstone.keepDisks, isAbsenceProven: isNowhere))
    let action = AgentAction(id: ActionID(from: random), epoch: context.epoch, work: work)
    let result: ActionResult
    do {
      result = try await sessions.perform(action, on: entry.host.id, within: action.work.patience) { _, _ in }
    } catch let error as FleetError where error.code == .timedOut {
      logger.warning("VM \(vm.spec.name) is not taken back from \(entry.host.name): \(error)")
      return false
    }
    await take(result, of: work, from: entry.host.id)
    guard let failure = result.failure else { return true }
    // A host that does not answer the call is not asked again: the VM stays, and its note says why.
    if failure.retryable, failure.code != .timedOut { throw failure }
    logger.warning("VM \(vm.spec.name) can't be taken back from \(entry.host.name): \(failure)")
    return false
  }

  /// Gives a VM another VNC port before it starts, because another process on the host has the old one.
  /// - Returns: false if the fleet gave it no port; another would change nothing.
  func giveNewPort(_ vm: ManagedVM, _ situation: OperationSituation, after failure: FleetError) async throws -> Bool {
    guard vm.allocations.vncPort != nil else { return false }
    let view = await inventory.view
    let observed = view.withoutDisregardedHosts().observedPorts(except: vm.id)
    let now = clock.now()
    var operation = situation.operation
    for index in operation.steps.indices {
      operation.steps[index].state = .pending
      operation.steps[index].detail = ""
    }
    if operation.steps.first?.name != StepName.provision {
      operation.steps.insert(OperationStep(name: StepName.provision), at: 0)
    }
    let again = operation
    try await store.commit { transaction in
      try Settling.check(transaction, "give VM \"\(vm.spec.name)\" another port")
      guard var row = try transaction.vm(vm.id), let old = row.allocations.vncPort else { return }
      // It has that port only until its host has given it the display that it wants.
      guard row.spec.wantsPort else {
        try row.revise()
        try transaction.updateVM(row)
        return try transaction.updateOperation(again)
      }
      let free = try PortAllocator.next(observed: observed, refused: old, in: transaction)
      try transaction.replacePort(of: vm.id, with: free, at: now)
      row.allocations.vncPort = free
      try row.revise()
      try transaction.updateVM(row)
      try transaction.updateOperation(again)
      try transaction.appendEvent(
        at: now, kind: .portChanged, subject: row.spec.name,
        message: "VM \"\(row.spec.name)\" has port \(free) instead of \(old): \(failure.message)")
    }
    await activeOperations.show(again)
    return true
  }

  /// Removes the row of a destroyed VM; its addresses enter quarantine.
  static func remove(
    _ vm: ManagedVM, in transaction: FleetTransaction, now: Timestamp, quarantineUntil: Timestamp
  ) throws {
    try transaction.releaseMACs(of: vm.id, at: now, quarantineUntil: quarantineUntil)
    try transaction.releasePorts(of: vm.id, at: now)
    try transaction.removeTombstone(vm: vm.id)
    try transaction.removeVM(vm.id)
  }

  /// Removes the row of a VM whose guest runs on: it keeps its addresses, and hosts report them.
  static func giveBack(_ vm: ManagedVM, in transaction: FleetTransaction, now: Timestamp) throws {
    try transaction.retireAddresses(of: vm.id, at: now)
    try transaction.removeTombstone(vm: vm.id)
    try transaction.removeVM(vm.id)
  }
}
