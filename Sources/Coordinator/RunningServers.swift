import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// The running gRPC servers. Stopping them is bounded in time, because a connection whose network is gone closes only
/// when the kernel gives up.
struct RunningServers: Sendable {
  private let tasks: [Task<Void, any Error>]

  /// Starts the servers.
  init(_ servers: [GRPCServer<ListenerTransport>]) {
    tasks = servers.map { server in Task { try await server.serve() } }
  }

  /// Waits until one of them ends.
  /// - Throws: its error, if it failed.
  func firstEnd() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in tasks {
        group.addTask { try await Self.value(of: task) }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Disconnects every client and waits for that at most `limit`; the caller may be cancelled.
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

  /// Waits for a task's result; a cancelled caller stops waiting.
  private static func value(of task: Task<Void, any Error>) async throws {
    let (results, result) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
    Task { result.yield(await task.result) }
    for await end in results { return try end.get() }
    throw CancellationError()
  }
}
