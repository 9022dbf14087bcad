import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Store

/// Listens for joining hosts while there is a token that has not expired.
///
/// A used token counts until it expires, because a join whose answer was lost is repeated.
actor EnrolmentListener {
  typealias Server = GRPCServer<ListenerTransport>

  /// The time between two checks whether it is still needed.
  static let patience: Duration = .seconds(30)

  private let store: FleetStore
  private let clock: any WallClock
  private let logger: Logger
  private var make: (@Sendable () -> Server)?
  private var present: (server: Server, task: Task<Void, any Error>)?

  init(store: FleetStore, clock: any WallClock, logger: Logger) {
    self.store = store
    self.clock = clock
    self.logger = logger
  }

  /// True while it listens.
  var isOpen: Bool { present != nil }

  /// Opens and closes it as tokens come and go, until the task is cancelled.
  func run(_ make: @escaping @Sendable () -> Server) async throws {
    self.make = make
    while true {
      do {
        if try await isWanted() { try await open() } else { close() }
      } catch let error as FleetError {
        logger.error("hosts can't join: \(error)")
      }
      try await Task.sleep(for: Self.patience)
    }
  }

  /// Opens it unless it is open; called before a token is returned to anybody.
  /// - Throws: ``FleetError`` with code `conflict` if the address can't be listened on.
  func open() async throws(FleetError) {
    guard present == nil, let make else { return }
    let server = make()
    let task = Task { try await server.serve() }
    present = (server, task)
    do {
      _ = try await server.listeningAddress
    } catch {
      task.cancel()
      present = nil
      throw FleetError(
        .conflict, "the address for hosts that join can't be listened on: \(error)",
        hint: "see what listens there: ss -ltnp")
    }
  }

  /// Closes it; joins in progress may finish.
  func close() {
    guard let present else { return }
    present.server.beginGracefulShutdown()
    self.present = nil
  }

  /// Closes it permanently, and disconnects the remaining clients after a moment.
  func end(within limit: Duration) async {
    make = nil
    guard let present else { return }
    close()
    await Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = await present.task.result }
        group.addTask { try? await Task.sleep(for: limit) }
        await group.next()
        present.task.cancel()
        group.cancelAll()
      }
    }.value
  }

  private func isWanted() async throws -> Bool {
    let now = clock.now()
    return try await store.read { try $0.hasToken(after: now) }
  }
}
