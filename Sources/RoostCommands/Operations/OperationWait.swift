internal import Fleet
internal import GRPCCore
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// Waits for an accepted operation to end, and shows its progress.
struct OperationWait: Sendable {
  /// How long to wait for a coordinator that is unreachable, in seconds.
  private static let patienceSeconds = 30.0

  private enum End: Sendable {
    case ended(FleetOperation)
    case interrupted
    case late
  }

  let client: FleetClient
  let environment: CommandEnvironment
  let bar: ProgressBar
  /// How long to wait; nil for ever.
  let timeout: Duration?

  /// The operation once it has succeeded.
  /// - Throws: ``FleetError``: the operation's failure; `timed_out` if it still runs.
  func callAsFunction(_ id: OperationID) async throws -> FleetOperation {
    defer { bar.clear() }
    switch try await race(id) {
    case .ended(let operation):
      guard operation.state == .failed else { return operation }
      var failure = operation.failure ?? FleetError(.internal, "the operation failed and gives no reason")
      failure.operation = operation.id
      throw failure
    case .interrupted:
      throw FleetError(
        .detached, "detached; the operation \(id) goes on", hint: "come back: roost op wait \(id)", operation: id,
        retryable: true)
    case .late:
      throw FleetError(
        .timedOut, "the operation \(id) is still running", hint: "come back: roost op wait \(id)", operation: id,
        retryable: true)
    }
  }

  private func race(_ id: OperationID) async throws -> End {
    let interruption = InterruptSignal()
    return try await withThrowingTaskGroup(of: End.self) { group in
      group.addTask { .ended(try await follow(id)) }
      group.addTask {
        await interruption.wait()
        try Task.checkCancellation()
        return .interrupted
      }
      if let timeout {
        group.addTask {
          try await Task.sleep(for: timeout)
          return .late
        }
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .interrupted
    }
  }

  /// Follows the operation, even across a restart of the coordinator.
  private func follow(_ id: OperationID) async throws -> FleetOperation {
    var lastHeard = environment.clock.now()
    while true {
      do {
        if let ended = try await watch(id) { return ended }
        lastHeard = environment.clock.now()
      } catch {
        let failure = client.explain(error)
        guard failure.code == .unreachable, environment.clock.now().seconds(since: lastHeard) < Self.patienceSeconds
        else {
          throw failure
        }
        bar.show("waiting for the coordinator", fraction: nil)
      }
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  private func watch(_ id: OperationID) async throws -> FleetOperation? {
    try await client.operations.watch(.with { $0.id = id.description }, options: client.stream) { response in
      for try await message in response.messages {
        let operation = try FleetOperation(message.operation)
        if operation.state.isEnded { return operation }
        bar.show(Self.label(of: operation), fraction: operation.fraction)
      }
      return nil
    }
  }

  /// The label of the bar, such as `create web-1: fetch image`.
  static func label(of operation: FleetOperation) -> String {
    let step =
      operation.present.map { step in
        step.detail.isEmpty || step.detail == step.name ? ": \(step.name)" : ": \(step.name) (\(step.detail))"
      } ?? ""
    return "\(operation.kind.rawValue) \(operation.subject)\(step)"
  }
}
