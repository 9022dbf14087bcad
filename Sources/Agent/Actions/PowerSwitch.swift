internal import Fleet

/// Starts, stops, restarts, pauses and resumes domains.
struct PowerSwitch: Sendable {
  /// How long a polite stop or restart may take if nobody says.
  static let defaultTimeoutSeconds = 90
  private static let look = Duration.milliseconds(300)
  /// A guest that is still booting does not hear the power button: it is pressed again.
  private static let pressesEach = 10.0

  let hypervisor: any Hypervisor
  let ambient: Ambient

  func perform(
    _ verb: PowerVerb, on id: VMID, force: Bool, timeoutSeconds: Int, progress: @escaping ActionPerformer.Progress
  ) async throws {
    let domain = try await find(id)
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
    if domain.state == .paused {
      throw FleetError(.precondition, "VM \"\(domain.name)\" is paused", hint: "roost resume \(domain.name)")
    }
    guard !domain.state.isActive else { return }
    try await checkPorts(of: domain)
    do {
      try await hypervisor.start(domain.id)
    } catch {
      // Somebody may have taken the port since; only then is another port the answer.
      let isThere = try? await hypervisor.domain(domain.id)
      if let isThere, !isThere.state.isActive { try await checkPorts(of: domain) }
      guard isThere?.hasManagedSave == true else { throw error }
      throw Self.unrestored(domain, FleetError(libvirt: error))
    }
  }

  /// That a guest does not go on from its saved state, and how it starts anew.
  private static func unrestored(_ domain: ObservedDomain, _ cause: FleetError) -> FleetError {
    let name = domain.name.printable
    return FleetError(
      cause.code, "VM \"\(name)\" can't go on from its saved state: \(cause.message)",
      hint: "what is saved may be damaged; without it the guest boots anew, on its host: virsh managedsave-remove"
        + " \(name)", retryable: cause.retryable)
  }

  /// Tests that QEMU can listen on the fixed VNC port, and that no other domain has it.
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
    guard domain.state.isActive else { return }
    if force { return try await hypervisor.destroy(domain.id) }
    guard domain.isPersistent else {
      throw FleetError(
        .precondition, "VM \"\(domain.name.printable)\" has no definition any more, and goes with its guest",
        hint: "define it again first: roost recover \(domain.name.printable)")
    }
    // Held processors would never see the button.
    if domain.state == .paused { try await hypervisor.resume(domain.id) }
    let seconds = Self.patience(timeoutSeconds)
    let begin = ambient.wall.now()
    var presses = 0.0
    while true {
      let waited = ambient.wall.now().seconds(since: begin)
      if waited >= presses * Self.pressesEach {
        try await Self.whole { try await press(domain.id) }
        presses += 1
      }
      guard let now = try await hypervisor.domain(domain.id), now.state.isActive else { return }
      guard waited < Double(seconds) else {
        throw FleetError(
          .timedOut, "VM \"\(domain.name)\" still runs \(seconds) s after it was asked to shut down",
          hint: "cut its power: roost stop \(domain.name) --force")
      }
      try await ambient.ticks.sleep(for: Self.look)
    }
  }

  /// Asks libvirt for something that must not reach it late: who is cancelled asks no more, and waits for what is on
  /// its way.
  private static func whole(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try Task.checkCancellation()
    try await Task { try await body() }.value
  }

  /// Presses the power button; a guest that went down meanwhile is what was wanted.
  private func press(_ id: VMID) async throws {
    do {
      try await hypervisor.shutDown(id)
    } catch let error as FleetError where error.code == .precondition || error.code == .notFound {
      guard try await hypervisor.domain(id)?.state.isActive == true else { return }
      throw error
    }
  }

  private func restart(
    _ domain: ObservedDomain, force: Bool, timeoutSeconds: Int, progress: ActionPerformer.Progress
  ) async throws {
    try require(domain)
    if force { return try await hypervisor.reset(domain.id) }
    if domain.state == .paused { try await hypervisor.resume(domain.id) }
    let seconds = Self.patience(timeoutSeconds)
    let mark = hypervisor.reboots.mark(of: domain.id)
    let begin = ambient.wall.now()
    var presses = 0.0
    progress("wait for the guest to boot again", nil)
    while hypervisor.reboots.mark(of: domain.id) <= mark {
      let waited = ambient.wall.now().seconds(since: begin)
      guard waited < Double(seconds) else {
        throw FleetError(
          .timedOut, "VM \"\(domain.name)\" has not booted again \(seconds) s after it was asked to",
          hint: "press its reset button: roost restart \(domain.name) --force")
      }
      guard try await hypervisor.domain(domain.id)?.state.isActive == true else {
        throw FleetError(
          .precondition, "VM \"\(domain.name)\" went off instead of booting again",
          hint: "start it: roost start \(domain.name)")
      }
      if waited >= presses * Self.pressesEach {
        try await Self.whole { try await hypervisor.reboot(domain.id) }
        presses += 1
      }
      try await ambient.ticks.sleep(for: Self.look)
    }
  }

  /// How long a guest is waited for, in seconds.
  private static func patience(_ timeoutSeconds: Int) -> Int {
    timeoutSeconds > 0 ? min(timeoutSeconds, 86_400) : defaultTimeoutSeconds
  }

  private func require(_ domain: ObservedDomain) throws {
    guard domain.state.isActive else {
      throw FleetError(.precondition, "VM \"\(domain.name)\" is off", hint: "roost start \(domain.name)")
    }
  }

  private func find(_ id: VMID) async throws -> ObservedDomain {
    guard let domain = try await hypervisor.domain(id) else {
      throw FleetError.noDomain(id)
    }
    return domain
  }
}
