import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// Servers at work. What they wait for at their end is out of our hands: a connection whose network is gone closes when
/// the system gives it up, and nobody who wants the coordinator to end should wait for that.
struct RunningServers: Sendable {
  private let tasks: [Task<Void, any Error>]

  /// Lets servers serve.
  init(_ servers: [GRPCServer<ListenerTransport>]) {
    tasks = servers.map { server in Task { try await server.serve() } }
  }

  /// Waits until one of them ends.
  /// - Throws: why it did, if it failed.
  func firstEnd() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in tasks {
        group.addTask { try await Self.value(of: task) }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Cuts every connection off and waits for that, but not longer than `limit`; whoever asks may be cancelled.
  func end(within limit: Duration) async {
    for task in tasks { task.cancel() }
    let tasks = tasks
    await Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { for task in tasks { try? await Self.value(of: task) } }
        group.addTask { try? await Task.sleep(for: limit) }
        await group.next()
        group.cancelAll()
      }
    }.value
  }

  /// What a task ends with; who is cancelled waits no longer.
  private static func value(of task: Task<Void, any Error>) async throws {
    let (results, result) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
    Task { result.yield(await task.result) }
    for await end in results { return try end.get() }
    throw CancellationError()
  }
}
