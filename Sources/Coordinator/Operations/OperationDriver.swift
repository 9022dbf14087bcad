import Fleet
import Logging
import Scheduling
import Store

/// Carries out accepted operations step by step, and records the result of each step.
///
/// Its state is entirely in the store: after a crash every unfinished operation continues from its rows, with the same
/// action ids, which agents recognise.
actor OperationDriver {
  /// The longest time between two looks of a waiting operation.
  static let patience: Duration = .seconds(30)
  /// How long an operation waits for an unreachable host before it fails, in seconds.
  static let absence: Int64 = 900
  /// How many ports of a host may be busy before an operation fails.
  static let portTries = 3
  private static let droppedLimit = 256

  /// Since when operations wait for unreachable hosts.
  var unreachableSince: [OperationID: Timestamp] = [:]

  let context: CoordinatorContext
  let store: FleetStore
  let inventory: Inventory
  let sessions: ConnectedAgents
  let activeOperations: ActiveOperations
  let publisher: HighWaterPublisher
  let clock: any WallClock
  let random: any RandomSource
  let logger: Logger
  private var tasks: [OperationID: Task<Void, Never>] = [:]
  /// The actions in progress, by operation.
  var sentActions: [OperationID: (action: ActionID, host: HostID)] = [:]
  /// Recently superseded operations, in their final form: one of them may begin a moment late.
  private var dropped: [FleetOperation] = []

  init(
    context: CoordinatorContext, store: FleetStore, inventory: Inventory, sessions: ConnectedAgents,
    activeOperations: ActiveOperations, publisher: HighWaterPublisher, clock: any WallClock, random: any RandomSource,
    logger: Logger
  ) {
    self.context = context
    self.store = store
    self.inventory = inventory
    self.sessions = sessions
    self.activeOperations = activeOperations
    self.publisher = publisher
    self.clock = clock
    self.random = random
    self.logger = logger
  }

  /// Continues every operation that an earlier run left unfinished.
  func resume() async throws {
    for operation in try await store.read({ try $0.operations(unfinished: true, limit: 100_000) }) {
      await begin(operation)
    }
  }

  /// Starts to carry out an accepted operation; does nothing for one that has ended or is in progress.
  func begin(_ operation: FleetOperation) async {
    guard !operation.state.isEnded, tasks[operation.id] == nil else { return }
    await activeOperations.show(operation)
    guard tasks[operation.id] == nil else { return }
    if let ended = dropped.last(where: { $0.id == operation.id }) { return await activeOperations.show(ended) }
    let actor = operation.actor.isEmpty ? Caller.coordinator : operation.actor
    tasks[operation.id] = Task {
      await Caller.$actor.withValue(actor) { await drive(operation.id) }
      tasks[operation.id] = nil
      unreachableSince[operation.id] = nil
    }
  }

  /// Stops carrying out an operation that was superseded.
  ///
  /// After it returns, the operation sends nothing to its host any more.
  func drop(_ ended: FleetOperation) async {
    dropped = dropped.suffix(Self.droppedLimit - 1) + [ended]
    let task = tasks[ended.id]
    task?.cancel()
    await task?.value
    await activeOperations.show(ended)
  }

  /// Stops carrying out an operation that was cancelled, and tells its host.
  func cancel(_ ended: FleetOperation) async {
    let order = sentActions[ended.id]
    await drop(ended)
    if let order { await sessions.cancel(order.action, on: order.host) }
  }

  /// Stops driving at shutdown; the next run continues.
  func stop() {
    for task in tasks.values { task.cancel() }
  }

  /// Drives one operation until it ends or the coordinator stops.
  private func drive(_ id: OperationID) async {
    var failures = 0
    while !Task.isCancelled {
      do {
        // Signals are requested before the fleet is examined, so that no change is missed; and again each time, because
        // a stream ends with the first task that is cancelled while it waits.
        let changes = await changes(for: id)
        guard let situation = try await situation(of: id) else { return }
        switch try await step(situation) {
        case .again: continue
        case .ended: return
        case .wait: try await changes.wait(atMost: Self.patience)
        }
        failures = 0
      } catch is CancellationError {
        return
      } catch let error as FleetError where error.code == .superseded {
        return
      } catch {
        failures += 1
        logger.error("operation \(id): \(error)")
        let pause = Duration.milliseconds(min(10_000, 100 << min(failures, 7)))
        do { try await Task.sleep(for: pause) } catch { return }
      }
    }
  }

  /// A signal after each change that the operation may wait for.
  private func changes(for id: OperationID) async -> AsyncStream<Void> {
    let shown = await activeOperations[id]
    guard let host = shown?.hostID else { return await inventory.changes() }
    return inventory.changes(of: shown?.vmID, on: host)
  }
}

/// Everything that decides what an operation does next.
struct OperationSituation: Sendable {
  var operation: FleetOperation
  /// The host that carries it out; nil if it has been removed.
  var entry: HostEntry?
  var vm: ManagedVM?
  var observed: ObservedDomain?
  var tombstone: Tombstone?
  var images: [Image]
  /// The fleet at that moment.
  var view = FleetView()

  /// What other hosts have of its VM.
  var elsewhere: Elsewhere {
    vm.map { view.elsewhere(of: $0, disks: operation.kind == .delete) } ?? Elsewhere()
  }
}
