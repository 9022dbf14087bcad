import Fleet
import Scheduling
import Store

extension Admission {
  /// The default time limit of a polite stop or restart, in seconds.
  static let politeStopSeconds = 60

  /// Accepts a change of a VM's power. A forced stop or restart supersedes a polite one that still waits.
  /// - Throws: ``FleetError``: `notFound`, `precondition` where the life cycle forbids it, `unreachable` when the host
  ///   is not connected, `conflict` while the VM has another unfinished operation.
  func power(
    _ verb: PowerVerb, vm name: String, force: Bool, timeoutSeconds: Int, _ write: IdempotencyKey
  ) async throws -> FleetOperation {
    try await accept(write) {
      let view = await inventory.view
      let vm = try view.requiredManagedVM(name)
      let summary = view.summary(of: vm)
      try Self.checkReachable(view.hosts[vm.hostID], "\(verb.rawValue) VM \"\(vm.spec.name)\"", now: clock.now())
      let observed = view.hosts[vm.hostID]?.domains[vm.id]
      let elsewhere = view.elsewhere(of: vm, disks: false)
      let refusal = elsewhere.refuses(verb.rawValue, of: vm.spec.name, observed: observed, home: summary.host)
      if let refusal { throw refusal }
      if verb == .start, let observed {
        let doubt = elsewhere.refusesStart(verb.rawValue, of: vm.spec.name, observed: observed)
        if let doubt { throw doubt }
      }
      try Self.checkDefined(vm, verb, force: force, in: view)
      let isDone: Bool
      let seen =
        vm.phase == nil ? observed.flatMap { PowerTransitions.verdict(verb, force: force, seen: $0.state) } : nil
      switch seen ?? PowerTransitions.verdict(verb, in: summary.state) {
      case .act: isDone = false
      case .alreadyThere: isDone = true
      case .illegal(let reason, let hint):
        throw FleetError(
          .precondition, "cannot \(verb.rawValue) VM \"\(vm.spec.name)\": \(reason)",
          hint: hint.replacing("NAME", with: vm.spec.name))
      }
      if verb == .start || verb == .resume, !isDone,
        let duplicate = view.withoutDisregardedHosts().duplicates(of: vm).first
      {
        throw Self.refusal(duplicate)
      }
      if verb == .start, !isDone, let refusal = await starts.refusal(of: vm, in: view) { throw refusal }
      return change(
        vm, verb, force: force, timeoutSeconds: timeoutSeconds == 0 ? Self.politeStopSeconds : timeoutSeconds,
        isDone: isDone)
    }.operation
  }

  private func change(
    _ vm: ManagedVM, _ verb: PowerVerb, force: Bool, timeoutSeconds: Int, isDone: Bool
  ) -> Change<AcceptedOperation> {
    let now = clock.now()
    return { transaction in
      var changed = try Self.current(vm, in: transaction)
      let mayTakeOver = force && (verb == .stop || verb == .restart)
      let waiting =
        mayTakeOver ? try transaction.operations(vm: vm.id).first(where: \.isPoliteWait) : nil
      if waiting == nil { try Self.checkIdle(changed, in: transaction) }
      changed.power = verb.target
      try changed.revise()
      try transaction.updateVM(changed)
      let kind = OperationKind(rawValue: verb.rawValue) ?? .start
      var operation = operation(kind, of: vm, isDone ? [] : nil, in: transaction)
      operation.force = force
      operation.timeoutSeconds = timeoutSeconds
      if isDone {
        operation.state = .done
        operation.endedAt = operation.createdAt
      }
      // A polite stop whose guest is already off is about to succeed.
      let superseded = isDone && waiting?.kind == .stop ? nil : waiting?.superseded(by: operation, at: now)
      if let superseded { try Self.end(superseded, in: transaction, at: now) }
      var accepted = AcceptedOperation(
        operation, isDone ? nil : .asked(verb),
        "\(verb.rawValue) of VM \"\(vm.spec.name)\" on \(vm.host) is asked for")
      accepted.superseded = superseded
      return accepted
    }
  }

  private static func end(_ operation: FleetOperation, in transaction: FleetTransaction, at now: Timestamp) throws {
    try transaction.updateOperation(operation)
    try transaction.appendEvent(
      at: now, kind: .operationSuperseded, subject: operation.subject,
      message: operation.failure?.message ?? "the \(operation.kind.rawValue) is superseded")
  }

  /// Refuses to change the power of a VM that its host does not have any more, and to stop the guest of one whose
  /// definition is gone.
  private static func checkDefined(
    _ vm: ManagedVM, _ verb: PowerVerb, force: Bool, in view: FleetView
  ) throws(FleetError) {
    let (name, quoted) = (vm.spec.name, vm.spec.name.shellQuoted)
    guard vm.phase == nil, let entry = view.hosts[vm.hostID], entry.isCurrent else { return }
    guard let observed = entry.domains[vm.id] else {
      throw FleetError(
        .precondition, "cannot \(verb.rawValue) VM \"\(name)\": it is not defined on host \"\(vm.host)\" any more",
        hint: "define it again: roost recover \(quoted); or remove its record: roost forget \(quoted)")
    }
    guard verb == .stop, !force, observed.state.isActive, !observed.isPersistent else { return }
    throw FleetError(
      .precondition,
      "VM \"\(name)\" was undefined behind Roost's back: what runs is its last copy, and goes when it stops",
      hint: "define it again first: roost recover \(quoted); or stop it all the same: roost stop --force \(quoted)")
  }

  /// The VM's present row.
  static func current(_ vm: ManagedVM, in transaction: FleetTransaction) throws -> ManagedVM {
    guard let row = try transaction.vm(vm.id) else {
      throw FleetError(.notFound, "there is no VM \"\(vm.spec.name)\" any more")
    }
    return row
  }

  /// Refuses a second operation while the VM has an unfinished one.
  static func checkIdle(_ vm: ManagedVM, in transaction: FleetTransaction) throws {
    guard let busy = try transaction.operations(vm: vm.id).first(where: { !$0.state.isEnded }) else { return }
    let word = "roost \(busy.kind.rawValue) --force \(vm.spec.name.shellQuoted)"
    let force = busy.isPoliteWait ? ", or do not ask the guest: \(word)" : ""
    throw FleetError(
      .conflict, "VM \"\(vm.spec.name)\" is busy with the operation \(busy.kind.rawValue)",
      hint: "wait for it: roost op wait \(busy.id)\(force), or end it: roost op cancel \(busy.id)", operation: busy.id,
      retryable: true)
  }

  /// Refuses an action that can't be sent to the host now.
  /// - Parameter vm: the VM that may be forgotten instead, if one may.
  static func checkReachable(_ entry: HostEntry?, _ action: String, forgetting vm: String? = nil, now: Timestamp) throws
  {
    guard let entry, !entry.isAnswering else { return }
    let seen = entry.seenAt.map { "last seen \(Age.text(seconds: now.seconds(since: $0))) ago" } ?? "never seen"
    let reason =
      entry.isConnected
      ? "libvirt on host \"\(entry.host.name)\" does not answer"
      : "host \"\(entry.host.name)\" is offline"
    let forget = vm.map { "; if it will not come back: roost forget \($0.shellQuoted)" } ?? ""
    throw FleetError(
      .unreachable, "cannot \(action): \(reason) (\(seen))",
      hint: "see what it is about: roost host show \(entry.host.name.shellQuoted)\(forget)", retryable: true)
  }
}
