package import Fleet
package import Logging

/// Runs every check of a host, with or without a fleet, and applies the safe fixes.
package struct HostCheckRun: Sendable {
  private let hypervisor: LibvirtHypervisor
  private let environment: AgentEnvironment
  private let configuration: AgentConfiguration
  private let directory: StateDirectory?
  private let uri: String
  private let program: String?
  private let trust: HostTrustReader

  /// Prepares a check run.
  /// - Parameters:
  ///   - uri: libvirt's URI; nil for the one the host joined with, or `qemu:///system`.
  ///   - directory: the state directory of an agent that has joined; nil without one.
  ///   - trust: the file in which root says what the fleet may do here.
  ///   - program: the agent's own program, for libvirt's hook; nil for its installed path.
  package init(
    uri: String?, directory: StateDirectory?, trust file: TrustFile = TrustFile(), program: String? = nil,
    environment: AgentEnvironment, logger: Logger
  ) throws {
    configuration = try directory?.configuration() ?? AgentConfiguration()
    let identity = try directory?.read("identity.json", as: AgentIdentity.self)
    let uri = uri ?? configuration.libvirtURI ?? identity?.libvirtURI ?? "qemu:///system"
    self.uri = uri
    trust = HostTrustReader(file: file, imageDirectory: configuration.imageDirectory)
    self.directory = directory
    self.program = program
    self.environment = environment
    hypervisor = try LibvirtHypervisor(uri: uri, environment: environment, logger: logger)
  }

  /// Runs all checks; takes some seconds.
  /// - Parameters:
  ///   - fixing: whether to apply the safe fixes first.
  ///   - report: receives a line for each fix that was tried.
  package func run(fixing: Bool, report: (String) -> Void) async -> [CheckResult] {
    var survey = await survey()
    if fixing {
      let fixer = HostFixer(
        hypervisor: hypervisor, runner: ProcessRunner(environment: environment), survey: survey,
        hook: HookScript(program: program ?? HookScript().program, socket: socket),
        reconnect: { [hypervisor] in await Self.connect(hypervisor) })
      for line in await fixer.fix(HostCheck.results(of: survey)) { report(line) }
      survey = await self.survey()
    }
    let kernel = survey.kernel
    if survey.canOpenKVM, let emulator = survey.emulators["x86_64"] {
      let probe = KVMProbe(
        runner: ProcessRunner(environment: environment), kernel: kernel, environment: environment, scratch: "/tmp")
      let outcome = await probe.run(emulator: emulator)
      if let directory { KVMProbe.remember(outcome, in: directory) }
      survey.probe = outcome
    }
    let results = HostCheck.results(of: survey)
    return directory.map { CheckHistory.compare(results, bootID: kernel.bootID, in: $0) } ?? results
  }

  private var socket: String { directory.map { OutOfBandPolicyFile($0).socket } ?? HookScript().socket }

  private func survey() async -> CheckSurvey {
    let failure = await Self.connect(hypervisor)
    let identity = try? directory?.read("identity.json", as: AgentIdentity.self)
    var surveyor = CheckSurveyor(
      hypervisor: hypervisor, runner: ProcessRunner(environment: environment), kernel: KernelFiles(),
      configuration: configuration, uri: uri, trust: trust, clockSkewSeconds: identity?.clockSkewSeconds)
    if let files = try? FileProbe(environment: environment) { surveyor.look = { try await files.directory(at: $0) } }
    return await surveyor.survey(libvirtFailure: failure)
  }

  private static func connect(_ hypervisor: LibvirtHypervisor) async -> FleetError? {
    do {
      try await hypervisor.connect()
      return nil
    } catch {
      return FleetError(libvirt: error)
    }
  }
}
