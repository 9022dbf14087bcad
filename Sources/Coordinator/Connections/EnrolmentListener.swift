import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Store

/// Listens for hosts that join, as long as there is a token that is not expired, and not a moment longer than it takes
/// to notice that there is none.
///
/// A used token counts until it expires: a join whose answer was lost is asked again.
actor EnrolmentListener {
  typealias Server = GRPCServer<ListenerTransport>

  /// How long it is between two looks whether it is still wanted.
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

  /// Whether it listens.
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

  /// Opens it, if it is not open: before a token is shown to anybody.
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

  /// Closes it: whoever is joining may finish.
  func close() {
    guard let present else { return }
    present.server.beginGracefulShutdown()
    self.present = nil
  }

  /// Closes it for good, and cuts off whoever is still there after a moment.
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
