import Fleet
import Scheduling
import Store

extension Admission {
  /// Ends an operation that has not ended: it has failed as cancelled, its VM is free, and its host is told that nobody
  /// waits any more. What the host sends of it later changes nothing.
  /// - Throws: ``FleetError``: `notFound`, `precondition` for an operation that has ended.
  func cancel(_ id: OperationID, by caller: Caller, _ write: IdempotencyKey) async throws -> FleetOperation {
    let now = clock.now()
    let who = caller.inWords
    let outcome = try await store.carryOut(write, as: .operation, at: now) { transaction in
      guard let operation = try transaction.operation(id) else {
        throw FleetError(.notFound, "there is no operation \(id)", hint: "list them: roost op list")
      }
      guard !operation.state.isEnded else {
        throw FleetError(
          .precondition, "the \(operation.kind.rawValue) of \"\(operation.subject)\" has ended already",
          hint: "see how: roost op show \(id)", operation: id)
      }
      let ended = operation.cancelled(by: who, hint: operation.afterCancelling, at: now)
      try OperationDriver.write(undone: ended, isUnmade: operation.isUnmade, in: transaction, at: now)
      try transaction.appendEvent(
        at: now, kind: .operationCancelled, subject: ended.subject,
        message: "\(ended.kind.rawValue) of \"\(ended.subject)\" on \(ended.host) is cancelled by \(who)")
      return (answer: AcceptedOperation(ended), value: ended)
    }
    if let ended = outcome.value { await driver.cancel(ended) }
    return outcome.answer.operation
  }
}

extension Caller {
  /// The caller in a sentence.
  var inWords: String {
    switch self {
    case .anonymous: "an unidentified caller"
    case .localAdministrator: "the local administrator"
    case .operator(let name): name.printable
    case .agent(let id): "the agent of host \(id)"
    }
  }
}

extension FleetOperation {
  /// True if it is to make a VM, and its host was never asked to.
  fileprivate var isUnmade: Bool {
    guard kind == .create || kind == .import, let first = steps.first else { return false }
    return first.name == StepName.provision && first.state == .pending
  }

  /// What to type after it was cancelled: what the host was asked for may have been done, in part or whole.
  fileprivate var afterCancelling: String {
    guard let step = steps.first(where: { $0.state == .running }) else { return "" }
    switch (kind, step.name) {
    case (.create, StepName.provision), (.import, StepName.provision):
      return "what was made of it goes with: roost delete \(subject.shellQuoted)"
    case (.networkStart, _), (.networkStop, _):
      return "host \(host) may still carry it out: roost network list --host \(host)"
    default:
      return "host \(host) may still carry out the step \(step.name): roost show \(subject.shellQuoted)"
    }
  }
}
