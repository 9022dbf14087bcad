import Fleet

/// The unfinished operations, with progress that is not stored, and their watchers.
actor ActiveOperations {
  private var operations: [OperationID: FleetOperation] = [:]
  private var watchers: [OperationID: [Int: AsyncStream<FleetOperation>.Continuation]] = [:]
  private var nextWatcher = 0

  /// The present form of an unfinished operation.
  subscript(id: OperationID) -> FleetOperation? { operations[id] }

  /// Shows an operation to its watchers; removes one that has ended.
  func show(_ operation: FleetOperation) {
    operations[operation.id] = operation.state.isEnded ? nil : operation
    for watcher in (watchers[operation.id] ?? [:]).values {
      watcher.yield(operation)
      if operation.state.isEnded { watcher.finish() }
    }
    if operation.state.isEnded { watchers[operation.id] = nil }
  }

  /// Shows the progress of the running step.
  func progress(_ id: OperationID, step index: Int, detail: String, fraction: Double?) {
    guard var operation = operations[id], operation.steps.indices.contains(index) else { return }
    operation.steps[index].detail = detail
    operation.steps[index].fraction = fraction
    show(operation)
  }

  /// Each new form of an operation, until it ends; nil if it is not unfinished.
  func watch(_ id: OperationID) -> AsyncStream<FleetOperation>? {
    guard let present = operations[id] else { return nil }
    let (stream, continuation) = AsyncStream.makeStream(of: FleetOperation.self, bufferingPolicy: .bufferingNewest(8))
    let key = nextWatcher
    nextWatcher += 1
    watchers[id, default: [:]][key] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(id, key) }
    }
    continuation.yield(present)
    return stream
  }

  private func forget(_ id: OperationID, _ key: Int) {
    watchers[id]?[key] = nil
    if watchers[id]?.isEmpty == true { watchers[id] = nil }
  }
}

/// Notifies followers of events after each commit; they read the events from the store.
actor EventSignal {
  private var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
  private var nextWatcher = 0

  /// Notifies every follower.
  func notify() {
    for watcher in watchers.values { watcher.yield() }
  }

  /// A signal after each commit from now on; several commits may share one signal.
  func notifications() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let key = nextWatcher
    nextWatcher += 1
    watchers[key] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { await self?.forget(key) }
    }
    return stream
  }

  private func forget(_ key: Int) {
    watchers[key] = nil
  }
}
