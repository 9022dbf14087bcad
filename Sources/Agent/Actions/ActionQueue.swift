internal import Fleet
internal import Logging

/// Runs the coordinator's actions: each once, in order for each VM, and none from a coordinator that has been replaced.
actor ActionQueue {
  /// An action that runs, with its listeners.
  private struct Running {
    let task: Task<ActionResult, Never>
    let work: AgentAction.Work
    let listeners: ProgressListeners
    /// True once a later action has taken its place.
    var isSuperseded = false
    /// True once the coordinator has cancelled it.
    var isCancelled = false
  }

  /// A VM or network, on which only one action works at a time.
  private enum Place: Hashable {
    case vm(VMID)
    case network(String)
  }

  private let executor: ActionExecutor
  private let hypervisor: any Hypervisor
  private let journal: ActionJournal
  private let highWater: HighWaterFile
  private let wall: any WallClock
  private let logger: Logger
  private var running: [ActionID: Running] = [:]
  /// The running actions that no longer wait for an earlier one.
  private var begun: Set<ActionID> = []
  private var last: [Place: (id: ActionID, task: Task<ActionResult, Never>)] = [:]

  init(executor: ActionExecutor, journal: ActionJournal, highWater: HighWaterFile, logger: Logger) {
    self.executor = executor
    hypervisor = executor.hypervisor
    wall = executor.power.environment.wallClock
    self.journal = journal
    self.highWater = highWater
    self.logger = logger
  }

  /// Runs an action to its end.
  ///
  /// A repeated id gets the first result; while the first still runs, both get it. The action continues if the caller
  /// stops waiting.
  func run(_ action: AgentAction, progress: @escaping ActionExecutor.Progress) async -> ActionResult {
    await begin(action, progress: progress).value
  }

  /// Queues an action behind earlier ones for the same VM or network, and returns its future result.
  ///
  /// A forced stop or restart supersedes polite ones that still wait for their guest. The journal records that, so a
  /// repeat of a superseded action does nothing.
  func begin(_ action: AgentAction, progress: @escaping ActionExecutor.Progress) -> Task<ActionResult, Never> {
    do {
      try highWater.see(epoch: action.epoch)
    } catch {
      let refusal = ActionResult(id: action.id, failure: FleetError(libvirt: error), domain: nil)
      return Task { refusal }
    }
    if let present = running[action.id] {
      present.listeners.add(progress)
      return present.task
    }
    let place = Self.place(of: action.work)
    supersede(by: action.work)
    let before = last[place]?.task
    let listeners = ProgressListeners(progress)
    let task = Task { await self.execute(action, after: before, listeners) }
    running[action.id] = Running(task: task, work: action.work, listeners: listeners)
    last[place] = (action.id, task)
    return task
  }

  private func supersede(by work: AgentAction.Work) {
    guard case .power(let vm, let verb, force: true, _) = work, verb == .stop || verb == .restart else { return }
    for (id, present) in running {
      guard case .power(vm, let waiting, force: false, _) = present.work, waiting == .stop || waiting == .restart
      else { continue }
      running[id]?.isSuperseded = true
      present.task.cancel()
    }
  }

  private static let superseded = FleetError(.superseded, "a stop or restart by force has taken its place")
  private static let cancelled = FleetError(.cancelled, "it is cancelled")

  /// Cancels an action. One that has not begun never begins; one that can stop half-way does, and what it has made
  /// stays until its VM is deleted.
  /// - Returns: false if it continues, because libvirt is changing something for it that must be completed.
  @discardableResult
  func cancel(_ id: ActionID) -> Bool {
    guard let present = running[id] else { return true }
    running[id]?.isCancelled = true
    guard !begun.contains(id) || present.work.stopsSafely else {
      logger.info("action is not stopped half-way", metadata: ["action": "\(id)"])
      return false
    }
    logger.info("action is cancelled", metadata: ["action": "\(id)"])
    if begun.contains(id) { present.task.cancel() }
    return true
  }

  private func execute(
    _ action: AgentAction, after before: Task<ActionResult, Never>?, _ listeners: ProgressListeners
  ) async -> ActionResult {
    _ = await before?.value
    let id = action.id
    defer {
      running[id] = nil
      begun.remove(id)
      let place = Self.place(of: action.work)
      if last[place]?.id == id { last[place] = nil }
    }
    if let known = await journal.result(of: id) {
      return await result(of: action, failure: known, notes: [])
    }
    logger.info("action begins", metadata: ["action": "\(id)", "work": "\(Self.summary(action.work))"])
    var failure: FleetError?
    var notes: [String] = []
    do {
      if running[id]?.isSuperseded == true { throw Self.superseded }
      if running[id]?.isCancelled == true { throw Self.cancelled }
      begun.insert(id)
      notes = try await executor.perform(action.work) { listeners.tell($0, $1) }
    } catch {
      failure = ending(of: action, error)
    }
    // A retryable failure is not recorded, so that a repeat runs the action again.
    if failure?.retryable != true {
      do {
        try await journal.record(id, failure: failure)
      } catch {
        logger.error("the result of action \(id) is not remembered: \(FleetError(libvirt: error))")
      }
    }
    logger.info(
      "action ends", metadata: ["action": "\(id)", "result": "\(failure.map(\.description) ?? "done")"])
    return await result(of: action, failure: failure, notes: notes)
  }

  private func result(of action: AgentAction, failure: FleetError?, notes: [String]) async -> ActionResult {
    let seenAt = wall.now()
    return ActionResult(
      id: action.id, failure: failure, domain: await domain(of: action.work), notes: notes, seenAt: seenAt)
  }

  /// The error that an action ends with.
  private func ending(of action: AgentAction, _ error: any Error) -> FleetError {
    guard let present = running[action.id] else { return FleetError(libvirt: error) }
    if present.isSuperseded { return Self.superseded }
    let isStopped = present.isCancelled && (!begun.contains(action.id) || action.work.stopsSafely)
    return isStopped ? Self.cancelled : FleetError(libvirt: error)
  }

  private func domain(of work: AgentAction.Work) async -> ObservedDomain? {
    guard case .vm(let id) = Self.place(of: work) else { return nil }
    return try? await hypervisor.domain(id)
  }

  private static func place(of work: AgentAction.Work) -> Place {
    switch work {
    case .provision(let provision), .recover(let provision): .vm(provision.vmID)
    case .power(let id, _, _, _), .unmark(let id, _): .vm(id)
    case .destroy(let order): .vm(order.vmID)
    case .mark(let mark): .vm(mark.vmID)
    case .network(let name, _): .network(name)
    case .nic(let id, _): .vm(id)
    }
  }

  private static func summary(_ work: AgentAction.Work) -> String {
    switch work {
    case .provision(let provision): "provision \(provision.spec.name) (\(provision.vmID))"
    case .power(let id, let verb, let force, _): "\(verb.rawValue)\(force ? " by force" : "") \(id)"
    case .destroy(let order):
      "destroy \(order.vmID) by tombstone \(order.tombstone)\(order.force ? " by force" : "")"
        + (order.keepDisks ? ", keep disks" : "")
    case .mark(let mark): "mark \(mark.vmID), revision \(mark.revision)"
    case .unmark(let id, _): "take the mark out of \(id)"
    case .recover(let provision): "recover \(provision.spec.name) (\(provision.vmID))"
    case .nic(let id, .address(let old, let new, _)): "MAC \(new) for \(old) of \(id)"
    case .nic(let id, .linkDown(let mac)): "link down of \(mac) of \(id)"
    case .network(let name, let active): "\(active ? "start" : "stop") network \(name.printable)"
    }
  }
}

extension AgentAction.Work {
  /// True if it can stop half-way: it mostly makes files or waits, and calls libvirt rarely.
  fileprivate var stopsSafely: Bool {
    switch self {
    case .provision: true
    case .power(_, let verb, let force, _): !force && (verb == .stop || verb == .restart)
    case .destroy, .network, .nic, .mark, .unmark, .recover: false
    }
  }
}
