import Fleet
import Logging
import Scheduling
import Store

/// Carries accepted operations out, step by step, and writes down what comes of each step.
///
/// It remembers nothing that the store does not have: after a crash every unfinished operation is driven on from
/// its rows, with the same action ids, which agents recognise.
actor OperationDriver {
  /// How long a waiting operation sleeps at most before it looks at the fleet again.
  static let patience: Duration = .seconds(30)
  /// How long an operation waits for a host that can't be reached before nobody waits any longer.
  static let absence: Int64 = 900
  /// How many ports of a host may turn out to be busy before an operation fails.
  static let portTries = 3
  private static let droppedLimit = 256

  /// Since when operations wait for hosts that can't be reached.
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
  /// What hosts are asked to do now, by operation.
  var orders: [OperationID: (action: ActionID, host: HostID)] = [:]
  /// The last operations that others have taken the place of, as they ended: one of them may be begun a moment late.
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

  /// Takes up every operation that an earlier run left unfinished.
  func resume() async throws {
    for operation in try await store.read({ try $0.operations(unfinished: true, limit: 100_000) }) {
      await begin(operation)
    }
  }

  /// Starts to carry out an accepted operation; one that has ended or is under way already is left alone.
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

  /// Stops carrying out an operation whose end is written down, because another one takes its place.
  ///
  /// When this returns, it sends nothing to its host any more.
  func drop(_ ended: FleetOperation) async {
    dropped = dropped.suffix(Self.droppedLimit - 1) + [ended]
    let task = tasks[ended.id]
    task?.cancel()
    await task?.value
    await activeOperations.show(ended)
  }

  /// Stops carrying out an operation whose end is written down, because somebody ended it, and tells its host that
  /// nobody waits any more.
  func cancel(_ ended: FleetOperation) async {
    let order = orders[ended.id]
    await drop(ended)
    if let order { await sessions.cancel(order.action, on: order.host) }
  }

  /// Stops driving, for the shutdown; what is unfinished goes on with the next one.
  func stop() {
    for task in tasks.values { task.cancel() }
  }

  /// Drives one operation until it ends or the coordinator stops.
  private func drive(_ id: OperationID) async {
    var failures = 0
    while !Task.isCancelled {
      do {
        // Signals are asked for before the fleet is looked at, so that no change falls between; and anew each
        // time, because a stream ends with the first task that is cancelled while it waits for it.
        let changes = await inventory.changes(for: activeOperations[id]?.hostID)
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
}

/// Everything that decides what an operation does next.
struct OperationContext: Sendable {
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
