import Fleet
import Scheduling
import Store

extension OperationDriver {
  /// What the driver does after examining an operation.
  enum Next {
    /// Examine it again at once.
    case again
    /// Examine it again when the fleet has changed.
    case wait
    /// The operation has ended.
    case ended
  }

  /// Everything that decides what an operation does next; nil if it has ended.
  func situation(of id: OperationID) async throws -> OperationSituation? {
    guard let shown = await activeOperations[id] else { return nil }
    let view = await inventory.view
    let vm = shown.vmID.flatMap { view.vms[$0] }
    let entry = shown.hostID.flatMap { view.hosts[$0] }
    let names = vm?.spec.disks.compactMap(\.image?.id) ?? []
    let (tombstone, images) = try await store.read { reader in
      (try shown.vmID.flatMap { try reader.tombstone(vm: $0) }, try names.compactMap { try reader.image($0) })
    }
    return OperationSituation(
      operation: shown, entry: entry, vm: vm, observed: shown.vmID.flatMap { entry?.domains[$0] },
      tombstone: tombstone, images: images, view: view)
  }

  /// Advances an operation by one step.
  func step(_ situation: OperationSituation) async throws -> Next {
    if situation.entry == nil, situation.operation.hostID != nil {
      // No host will carry it out.
      let failure = FleetError(.notFound, "host \"\(situation.operation.host)\" is not in the fleet any more")
      try await fail(situation, failure, at: situation.operation.steps.firstIndex { !$0.state.isEnded })
      return .ended
    }
    let verdict = Reconciliation.next(
      situation.operation, vm: situation.vm, images: situation.images, tombstone: situation.tombstone,
      fleetID: context.fleetID, observed: situation.observed,
      libvirtConnected: situation.entry?.isAnswering == true,
      agentConnected: situation.entry?.isConnected == true, elsewhere: { situation.elsewhere })
    if situation.entry?.isConnected == true { unreachableSince[situation.operation.id] = nil }
    switch verdict {
    case .act(let work, let index): return try await act(work, index, situation)
    case .skip(let index, let reason):
      try await mark(situation, index, .done, detail: reason)
      return .again
    case .wait(let reason):
      var waiting = situation.operation
      if let index = waiting.steps.firstIndex(where: { !$0.state.isEnded }), waiting.steps[index].detail != reason {
        waiting.steps[index].detail = reason
        await activeOperations.show(waiting)
      }
      return try await isOver(situation) ? .ended : .wait
    case .finish:
      try await finish(situation)
      return .ended
    case .fail(let failure):
      let index = situation.operation.steps.firstIndex { !$0.state.isEnded }
      try await fail(situation, failure, at: index)
      return .ended
    }
  }

  /// Ends an operation whose host has been unreachable for too long.
  private func isOver(_ situation: OperationSituation) async throws -> Bool {
    guard situation.entry?.isConnected == false else { return false }
    let (id, now) = (situation.operation.id, clock.now())
    let since = unreachableSince[id] ?? now
    unreachableSince[id] = since
    guard now.seconds(since: since) >= Double(Self.absence) else { return false }
    let host = situation.operation.host
    let failure = FleetError(
      .timedOut,
      "host \"\(host)\" can't be reached for \(Self.absence / 60) min, so the operation ends; it may still do what "
        + "it was asked",
      hint: "see how it is: roost host show \(host.shellQuoted); then ask again", operation: id, retryable: true)
    let index = situation.operation.steps.firstIndex { !$0.state.isEnded }
    try await fail(situation, failure, at: index, undoes: false)
    return true
  }

  /// Lets the agent carry out one step.
  private func act(_ work: AgentAction.Work, _ index: Int, _ situation: OperationSituation) async throws -> Next {
    guard let entry = situation.entry else { return .wait }
    let id = situation.operation.id
    if situation.operation.steps[index].state != .running {
      try await mark(situation, index, .running, detail: "")
    }
    let action = AgentAction(
      id: Reconciliation.actionID(operation: id, step: index, attempt: situation.vm?.revision ?? 0),
      epoch: context.epoch, work: work)
    let result: ActionResult
    sentActions[id] = (action.id, entry.host.id)
    defer { sentActions[id] = nil }
    // One task shows the progress messages in their order, and ends before the step is recorded.
    let (words, word) = AsyncStream.makeStream(
      of: (detail: String, fraction: Double?).self, bufferingPolicy: .bufferingNewest(1))
    let showing = Task { [activeOperations] in
      for await word in words {
        await activeOperations.progress(id, step: index, detail: word.detail, fraction: word.fraction)
      }
    }
    do {
      defer { word.finish() }
      try await publisher.tell(entry.host.id)
      result = try await sessions.perform(action, on: entry.host.id, within: work.patience) { word.yield(($0, $1)) }
      word.finish()
      await showing.value
    } catch let error as FleetError where error.code == .unreachable {
      return .wait
    } catch let error as FleetError where error.code == .timedOut {
      await sessions.cancel(action.id, on: entry.host.id)
      var late = situation
      late.operation = await activeOperations[id] ?? situation.operation
      try await fail(late, Self.silent(late.operation, index, work), at: index)
      return .ended
    }
    await take(result, of: work, from: entry.host.id)
    var present = situation
    present.operation = await activeOperations[id] ?? situation.operation
    if case .unmark = work, result.failure == nil, result.domain == nil, situation.observed != nil {
      let vanished = FleetError(
        .precondition,
        "VM \"\(situation.operation.subject)\" has vanished from \(entry.host.name), and its guest may run elsewhere",
        hint: "see where it is, then ask again: roost list")
      try await fail(present, vanished, at: index)
      return .ended
    }
    guard let failure = result.failure else {
      let notes = result.notes.map(\.printable) + (await leftAtOrigin(of: work, present))
      try await mark(present, index, .done, detail: notes.joined(separator: "; "))
      return .again
    }
    if failure.retryable, failure.code == .unreachable {
      // The host's libvirt was lost meanwhile: the step is sent again when it is back.
      await activeOperations.progress(id, step: index, detail: failure.message, fraction: nil)
      return .wait
    }
    if failure.code == .portBusy, let vm = situation.vm {
      // Stored with the other port, so that a restarted coordinator continues the count.
      let busy = present.operation.steps.map(\.busyPorts).max() ?? 0
      let tries = min(max(0, busy), Self.portTries) + 1
      present.operation.steps[index].busyPorts = tries
      do {
        if tries < Self.portTries, try await giveNewPort(vm, present, after: failure) { return .again }
      } catch let error as FleetError where error.code == .exhausted || error.code == .precondition {
        try await fail(present, error, at: index)
        return .ended
      }
    }
    try await fail(present, failure, at: index)
    return .ended
  }

  /// Records a result's domain in the inventory, unless the host has reported something newer since.
  func take(_ result: ActionResult, of work: AgentAction.Work, from host: HostID) async {
    let now = clock.now()
    if let domain = result.domain {
      await inventory.update(host) { entry in
        if let present = entry.domains[domain.id], present.seenAt > domain.seenAt { return }
        entry.report(changed: [domain], removed: [], at: now)
      }
    } else if case .destroy(let order) = work, result.failure == nil {
      await inventory.update(host) { entry in
        guard let present = entry.domains[order.vmID] else { return }
        if let seenAt = result.seenAt, present.seenAt > seenAt { return }
        entry.domains[order.vmID] = nil
      }
    }
  }

  /// The error for a host that has not answered in time.
  private static func silent(_ operation: FleetOperation, _ index: Int, _ work: AgentAction.Work) -> FleetError {
    let minutes = work.patience.components.seconds / 60
    let step = operation.steps.indices.contains(index) ? operation.steps[index].name : operation.kind.rawValue
    return FleetError(
      .timedOut,
      "host \"\(operation.host)\" is silent about the step \(step) for \(minutes) min, so the operation ends",
      hint: "see how the host is: roost host show \(operation.host); then ask again", operation: operation.id,
      retryable: true)
  }

  /// Records the state of a step, and the VM's phase.
  func mark(_ situation: OperationSituation, _ index: Int, _ state: OperationState, detail: String) async throws {
    var operation = situation.operation
    operation.state = .running
    operation.steps[index].state = state
    operation.steps[index].detail = detail
    operation.steps[index].fraction = state == .done ? 1 : nil
    let phase = state == .running ? Self.phase(of: operation.steps[index].name, operation.kind) : nil
    let vmID = operation.vmID
    let marked = operation
    try await store.commit { transaction in
      try Self.checkOpen(marked.id, in: transaction)
      try transaction.updateOperation(marked)
      guard let phase, let vmID, var vm = try transaction.vm(vmID) else { return }
      vm.phase = phase
      try transaction.updateVM(vm)
    }
    await activeOperations.show(operation)
  }

  private static func phase(of step: String, _ kind: OperationKind) -> VMState? {
    switch (step, kind) {
    case (StepName.provision, .create), (StepName.provision, .import): .provisioning
    case (StepName.start, .create), (StepName.start, .import): .starting
    default: nil
    }
  }
}
