import Fleet
import Scheduling
import Store

/// An operation that a write became.
struct AcceptedOperation: Sendable {
  var operation: FleetOperation
  /// The VM that it makes, or that it is about.
  var vm: ManagedVM?
  /// The event that says that it was asked for; nil for none.
  var event: (kind: FleetEvent.Kind, message: String)?
  /// The operation that this one supersedes, in its ended form.
  var superseded: FleetOperation?
  /// Notes for the caller; empty in the answer to a repeat.
  var notes: [String] = []

  init(_ operation: FleetOperation, vm: ManagedVM? = nil, _ event: FleetEvent.Kind? = nil, _ message: String = "") {
    self.operation = operation
    self.vm = vm
    self.event = event.map { ($0, message) }
  }

  /// The decision that placed the VM; empty for one that was placed by somebody else.
  var decision = PlacementDecision(ranking: [], refused: [])
}

extension Admission {
  /// What a transaction does for a write.
  typealias Change<Value> = @Sendable (FleetTransaction) throws -> Value

  /// How often a decision that the world has overtaken is made anew before the caller is told to try again.
  static let attempts = 8
  /// Thrown in a transaction by a change whose decision the world has overtaken: it is decided on anew.
  static let overtaken = FleetError(
    .precondition, "the fleet changes faster than a decision stands", retryable: true)

  /// Decides on a write and commits it, one write at a time; a repetition gets the first answer.
  /// - Parameter decide: looks at the fleet; what it returns verifies that and changes the rows.
  func inTurn<Answer, Value>(
    _ write: IdempotencyKey, as form: AnswerForm<Answer>,
    _ decide: @Sendable () async throws -> Change<(answer: Answer, value: Value)>
  ) async throws -> WriteOutcome<Answer, Value> {
    try await lock.pass {
      // Before the fleet is looked at, which the first copy of the request has changed.
      if let earlier = try await store.earlier(write, as: form) { return WriteOutcome(answer: earlier) }
      for _ in 0..<Self.attempts {
        let change = try await decide()
        do {
          return try await store.carryOut(write, as: form, at: clock.now(), change)
        } catch let error as FleetError where error == Self.overtaken {
          continue
        }
      }
      throw Self.overtaken
    }
  }

  /// Accepts an operation: decides, commits it with its request and its event, and has it carried out. A repetition
  /// gets the operation that the request became.
  /// - Parameter decide: looks at the fleet; what it returns verifies that, changes the rows and names the operation.
  func accept(
    _ write: IdempotencyKey, _ decide: @Sendable () async throws -> Change<AcceptedOperation>
  ) async throws -> AcceptedOperation {
    let outcome = try await inTurn(write, as: .operation) {
      let change = try await decide()
      let now = clock.now()
      return { transaction in
        let accepted = try change(transaction)
        try transaction.insertOperation(accepted.operation)
        if let (kind, message) = accepted.event {
          try transaction.appendEvent(at: now, kind: kind, subject: accepted.operation.subject, message: message)
        }
        return (answer: accepted, value: true)
      }
    }
    guard outcome.value != nil else { return outcome.answer }
    // The earlier one sends nothing any more once this returns: what it asked for stands before what comes now.
    if let superseded = outcome.answer.superseded { await driver.drop(superseded) }
    await driver.begin(outcome.answer.operation)
    return outcome.answer
  }

  /// A new operation of a VM, by whoever asked for the transaction.
  func operation(
    _ kind: OperationKind, of vm: ManagedVM, _ steps: [OperationStep]? = nil, in transaction: FleetTransaction
  ) -> FleetOperation {
    FleetOperation(
      id: OperationID(from: random), kind: kind, vmID: vm.id, subject: vm.spec.name, hostID: vm.hostID, host: vm.host,
      steps: steps ?? Reconciliation.steps(for: kind), createdAt: clock.now(), actor: transaction.actor)
  }
}
