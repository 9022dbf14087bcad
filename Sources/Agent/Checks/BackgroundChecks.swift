internal import Fleet

/// Runs the checks periodically, and keeps their results among the host's facts.
struct BackgroundChecks: Sendable {
  private static let interval = Duration.seconds(900)
  /// How often it is asked whether libvirt has gone or come back.
  private static let step = Duration.seconds(10)

  let surveyor: CheckSurveyor
  let probe: KVMProbe
  let facts: FactsCache
  let directory: StateDirectory

  /// Probes KVM, unless the result since the host's boot is known.
  func probeKVM() async {
    let survey = await present.survey(libvirtFailure: await failure())
    guard let outcome = await outcome(survey) else { return }
    await facts.set(kvmUsable: outcome.isUsable)
  }

  /// Checks now, every quarter of an hour, and when libvirt has gone or come back.
  func run(environment: AgentEnvironment) async {
    let files = try? FileProbe(environment: environment)
    while true {
      var surveyor = present
      if let files { surveyor.look = { try await files.directory(at: $0) } }
      let failure = await failure()
      var survey = await surveyor.survey(libvirtFailure: failure)
      survey.probe = await outcome(survey)
      let results = HostCheck.results(of: survey)
      await facts.set(
        checks: CheckHistory.compare(results, bootID: survey.kernel.bootID, in: directory))
      surveyor.hypervisor.changes.note { $0.host = true }
      do { try await waitUntilDue(hadFailed: failure != nil, environment) } catch { return }
    }
  }

  /// - Throws: `CancellationError`.
  private func waitUntilDue(hadFailed: Bool, _ environment: AgentEnvironment) async throws {
    var waited = Duration.zero
    while waited < Self.interval {
      try await environment.clock.sleep(for: Self.step)
      waited += Self.step
      if await surveyor.hypervisor.state.isConnected == hadFailed { return }
    }
  }

  /// The surveyor, with the clock skew measured at the last contact with the coordinator.
  private var present: CheckSurveyor {
    var present = surveyor
    let identity = try? directory.read("identity.json", as: AgentIdentity.self)
    if let skew = identity?.clockSkewSeconds { present.clockSkewSeconds = skew }
    return present
  }

  private func outcome(_ survey: CheckSurvey) async -> KVMProbe.Outcome? {
    guard survey.canOpenKVM, let emulator = survey.emulators["x86_64"] else { return nil }
    return await probe.remembered(in: directory, emulator: emulator)
  }

  private func failure() async -> FleetError? {
    let state = await surveyor.hypervisor.state
    return state.isConnected ? nil : FleetError(.unreachable, state.detail)
  }
}
