import Fleet
import Store

/// The unfinished operations, with progress that is not stored, and their watchers.
actor ActiveOperations {
  private var operations: [OperationID: (present: FleetOperation, forms: Broadcast<FleetOperation>)] = [:]

  /// The present form of an unfinished operation.
  subscript(id: OperationID) -> FleetOperation? { operations[id]?.present }

  /// Shows an operation to its watchers; removes one that has ended.
  func show(_ operation: FleetOperation) {
    let forms = operations[operation.id]?.forms ?? Broadcast()
    forms.send(operation)
    if operation.state.isEnded {
      operations[operation.id] = nil
      forms.finish()
    } else {
      operations[operation.id] = (operation, forms)
    }
  }

  /// Shows the progress of the running step.
  func progress(_ id: OperationID, step index: Int, detail: String, fraction: Double?) {
    guard var operation = self[id], operation.steps.indices.contains(index) else { return }
    operation.steps[index].detail = detail
    operation.steps[index].fraction = fraction
    show(operation)
  }

  /// Each new form of an operation, until it ends; nil if it is not unfinished.
  func watch(_ id: OperationID) -> AsyncStream<FleetOperation>? {
    guard let (present, forms) = operations[id] else { return nil }
    return forms.values(buffering: 8, beginningWith: present)
  }
}
