internal import Fleet

/// Starts, stops, restarts, pauses and resumes domains that carry the fleet's mark.
struct PowerControl: Sendable {
  /// The longest time for a polite stop or restart if the action has no limit; today's coordinator always sends one.
  static let defaultTimeoutSeconds = 90
  private static let look = Duration.milliseconds(300)
  /// Seconds between presses of the power button: a guest that is still booting ignores it.
  private static let pressesEach = 10.0

  let fleetID: FleetID
  let hypervisor: any Hypervisor
  let environment: AgentEnvironment

  func perform(
    _ verb: PowerVerb, on id: VMID, force: Bool, timeoutSeconds: Int, progress: @escaping ActionExecutor.Progress
  ) async throws {
    let domain = try await find(id)
    try Ownership.check(domain, vm: id, fleet: fleetID)
    progress(verb.rawValue, nil)
    switch verb {
    case .start: try await start(domain)
    case .stop: try await stop(domain, force: force, timeoutSeconds: timeoutSeconds)
    case .restart:
      try await restart(domain, force: force, timeoutSeconds: timeoutSeconds, progress: progress)
    case .pause:
      guard domain.state != .paused else { return }
      try require(domain)
      try await hypervisor.suspend(id)
    case .resume:
      guard domain.state != .running else { return }
      try require(domain)
      try await hypervisor.resume(id)
    }
  }

  private func start(_ domain: ObservedDomain) async throws {
    switch domain.state {
    case .running, .blocked: return
    case .paused:
      throw FleetError(
        .precondition, "VM \"\(domain.name)\" is paused", hint: "roost resume \(domain.name.shellQuoted)")
    case .crashed, .shuttingDown, .suspended: throw Self.refusal(domain)
    case .stopped, .unknown: break
    }
    try await checkPorts(of: domain)
    do {
      try await hypervisor.start(domain.id)
    } catch {
      // Only if another process has taken the port meanwhile does another port help.
      let isThere = try? await hypervisor.domain(domain.id)
      if let isThere, !isThere.state.isActive { try await checkPorts(of: domain) }
      guard isThere?.hasManagedSave == true else { throw error }
      throw Self.unrestored(domain, FleetError(libvirt: error))
    }
  }

  /// The error for a guest that could not be restored from its saved state, with the way to boot it instead.
  private static func unrestored(_ domain: ObservedDomain, _ cause: FleetError) -> FleetError {
    let (name, quoted) = (domain.name.printable, domain.name.shellQuoted)
    return FleetError(
      cause.code, "VM \"\(name)\" can't be restored from its saved state: \(cause.message)",
      hint: "the saved state may be damaged; without it the guest boots, on its host: virsh managedsave-remove"
        + " \(quoted)", retryable: cause.retryable)
  }

  /// Checks that QEMU can listen on the fixed VNC port, and that no other domain has it.
  private func checkPorts(of domain: ObservedDomain) async throws {
    let displays = (domain.saved?.graphics ?? []).filter { $0.type == "vnc" && !$0.autoport }
    for display in displays {
      guard let port = display.port, port > 0 else { continue }
      let others = try await hypervisor.domains().filter { $0.id != domain.id && $0.state.isActive }
      if let other = others.first(where: { $0.live?.graphics.contains { $0.port == port } ?? false }) {
        throw FleetError(
          .portBusy, "port \(port) is the display of the domain \"\(other.name.printable)\"", retryable: true)
      }
      try PortProbe.check(port: port, listen: display.listen)
    }
  }

  private func stop(_ domain: ObservedDomain, force: Bool, timeoutSeconds: Int) async throws {
    guard domain.state.mayBeActive else { return try Self.checkStayed(domain) }
    if force {
      try await hypervisor.destroy(domain.id)
      if let now = try await hypervisor.domain(domain.id) { try Self.checkStayed(now) }
      return
    }
    // A crashed guest ignores the power button.
    if domain.state == .crashed { throw Self.refusal(domain) }
    guard domain.isPersistent else {
      throw FleetError(
        .precondition, "VM \"\(domain.name.printable)\" has no definition any more, and goes with its guest",
        hint: "define it again first: roost recover \(domain.name.shellQuoted)")
    }
    // A paused guest would ignore the power button.
    if domain.state == .paused { try await hypervisor.resume(domain.id) }
    let seconds = Self.patience(timeoutSeconds)
    let begin = environment.wallClock.now()
    var presses = 0.0
    var last = domain
    while true {
      let waited = environment.wallClock.now().seconds(since: begin)
      if waited >= presses * Self.pressesEach {
        try await Self.whole { try await press(domain.id) }
        presses += 1
      }
      guard let now = try await hypervisor.domain(domain.id) else {
        // A domain without a definition disappears when it goes off.
        guard last.isPersistent else { return }
        throw FleetError(
          .notFound, "the domain \"\(domain.name)\" is gone from this host while it was asked to shut down",
          hint: "see where it is: roost list")
      }
      guard now.state.isActive else { return try Self.checkStayed(now) }
      if now.state == .crashed { throw Self.refusal(now) }
      last = now
      guard waited < Double(seconds) else {
        throw FleetError(
          .timedOut, "VM \"\(domain.name)\" still runs \(seconds) s after it was asked to shut down",
          hint: "cut its power: roost stop --force \(domain.name.shellQuoted)")
      }
      try await environment.clock.sleep(for: Self.look)
    }
  }

  /// Sends a libvirt request that must not arrive after cancellation: a cancelled task sends nothing new, but waits for
  /// a request already sent.
  private static func whole(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try Task.checkCancellation()
    try await Task { try await body() }.value
  }

  /// Presses the power button; a guest that is already off is a success.
  private func press(_ id: VMID) async throws {
    do {
      try await hypervisor.shutDown(id)
    } catch let error as FleetError where error.code == .precondition || error.code == .notFound {
      guard try await hypervisor.domain(id)?.state.isActive == true else { return }
      throw error
    }
  }

  private func restart(
    _ domain: ObservedDomain, force: Bool, timeoutSeconds: Int, progress: ActionExecutor.Progress
  ) async throws {
    try require(domain)
    if force { return try await hypervisor.reset(domain.id) }
    if domain.state == .paused { try await hypervisor.resume(domain.id) }
    let seconds = Self.patience(timeoutSeconds)
    let mark = hypervisor.reboots.mark(of: domain.id)
    let begin = environment.wallClock.now()
    var presses = 0.0
    progress("wait for the guest to boot again", nil)
    while hypervisor.reboots.mark(of: domain.id) <= mark {
      let waited = environment.wallClock.now().seconds(since: begin)
      guard waited < Double(seconds) else {
        throw FleetError(
          .timedOut, "VM \"\(domain.name)\" has not booted again \(seconds) s after it was asked to",
          hint: "press its reset button: roost restart --force \(domain.name.shellQuoted)")
      }
      let now = try await hypervisor.domain(domain.id)
      if let now, now.state == .crashed { throw Self.refusal(now) }
      guard now?.state.isActive == true else {
        throw FleetError(
          .precondition, "VM \"\(domain.name)\" went off instead of booting again",
          hint: "start it: roost start \(domain.name.shellQuoted)")
      }
      if waited >= presses * Self.pressesEach {
        try await Self.whole { try await hypervisor.reboot(domain.id) }
        presses += 1
      }
      try await environment.clock.sleep(for: Self.look)
    }
  }

  /// How long to wait for a guest, in seconds.
  private static func patience(_ timeoutSeconds: Int) -> Int {
    timeoutSeconds > 0 ? min(timeoutSeconds, 86_400) : defaultTimeoutSeconds
  }

  private func require(_ domain: ObservedDomain) throws {
    switch domain.state {
    case .running, .blocked, .paused, .unknown: return
    case .crashed, .shuttingDown, .suspended: throw Self.refusal(domain)
    case .stopped:
      throw FleetError(
        .precondition, "VM \"\(domain.name)\" is stopped", hint: "roost start \(domain.name.shellQuoted)")
    }
  }

  /// The error for a guest in a state in which it is left alone.
  private static func refusal(_ domain: ObservedDomain) -> FleetError {
    let (name, quoted) = (domain.name.printable, domain.name.shellQuoted)
    let hint =
      switch domain.state {
      case .crashed: "end its QEMU: roost stop --force \(quoted)"
      case .suspended: "wake it on its host: virsh dompmwakeup \(quoted)"
      default: "wait until it is stopped: roost show \(quoted)"
      }
    return FleetError(.precondition, "VM \"\(name)\" is \(domain.state.words)", hint: hint)
  }

  /// Refuses to report a guest as stopped that was migrated away.
  private static func checkStayed(_ domain: ObservedDomain) throws {
    guard domain.isMovedAway else { return }
    throw FleetError(
      .conflict, "VM \"\(domain.name.printable)\" is stopped on this host because it was moved to another one",
      hint: "see where it runs: roost list")
  }

  private func find(_ id: VMID) async throws -> ObservedDomain {
    guard let domain = try await hypervisor.domain(id) else {
      throw FleetError.noDomain(id)
    }
    return domain
  }
}
