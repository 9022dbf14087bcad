internal import Fleet

/// Runs the checks periodically, and keeps their results among the host's facts.
struct BackgroundChecks: Sendable {
  private static let interval = Duration.seconds(900)

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

  /// Checks now and every quarter of an hour.
  func run(environment: AgentEnvironment) async {
    let files = try? FileProbe(environment: environment)
    while true {
      var surveyor = present
      if let files { surveyor.look = { try await files.directory(at: $0) } }
      var survey = await surveyor.survey(libvirtFailure: await failure())
      survey.probe = await outcome(survey)
      let results = HostCheck.results(of: survey)
      await facts.set(
        checks: CheckHistory.compare(results, bootID: survey.kernel.bootID, in: directory))
      surveyor.hypervisor.changes.note { $0.host = true }
      do { try await environment.clock.sleep(for: Self.interval) } catch { return }
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
