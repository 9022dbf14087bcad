internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
package import Logging
internal import PKI
internal import RoostAPI
internal import RoostProto
internal import ServiceLifecycle
internal import SwiftProtobuf

/// The agent of a host that has joined: keeps libvirt reachable and one connection to the coordinator.
package struct AgentService: Service {
  /// How long the first connection to libvirt may take before the agent starts without it.
  private static let libvirtPatience = Duration.seconds(3)

  private let directory: StateDirectory
  private let environment: AgentEnvironment
  private let logger: Logger
  private let parts: AgentComponents
  private let coordinators: CoordinatorTrust
  private let hypervisor: any Hypervisor
  private let images: CoordinatorImageSource
  private let judge: CoordinatorStartJudge
  private let hooks: HookServer
  private let checks: BackgroundChecks
  private let ready: @Sendable () -> Void
  private let lock: StateLock

  /// Prepares the agent of the host that joined with this state directory; takes some seconds at the first start after
  /// a boot, when a guest is tried under KVM.
  /// - Parameters:
  ///   - trust: the file in which root says what the fleet may do here.
  ///   - hypervisor: the host's virtual machines; nil for the libvirt that the host joined with.
  ///   - runner: runs the host's programs; nil for the real ones.
  ///   - stopwatch: counts milliseconds from any moment, monotonically.
  ///   - ready: called once the agent serves.
  /// - Throws: ``FleetError`` with code `precondition` if the host has not joined, `invalid` for a bad `agent.toml`,
  ///   `conflict` if another agent uses the directory.
  package init(
    directory: StateDirectory, trust file: TrustFile = TrustFile(), environment: AgentEnvironment, logger: Logger,
    hypervisor given: (any Hypervisor)? = nil,
    runner chosen: (any CommandRunner)? = nil, stopwatch: @escaping @Sendable () -> Int64,
    ready: @escaping @Sendable () -> Void
  ) async throws {
    try directory.prepare()
    lock = try StateLock(directory)
    try Credentials.finishReplacing(in: directory)
    let configuration = try directory.configuration()
    guard let identity = try directory.read("identity.json", as: AgentIdentity.self),
      let fleetID = FleetID(identity.fleetID), try Credentials(from: directory) != nil
    else {
      throw FleetError(
        .precondition, "this host has not joined a fleet with the state directory \(directory.path)",
        hint: "on the coordinator: roost host token create; here: roost-agent join - --state-dir "
          + directory.path.shellQuoted)
    }
    coordinators = try CoordinatorTrust(directory)
    let uri = configuration.libvirtURI ?? identity.libvirtURI
    let kernel = KernelFiles()
    hypervisor =
      try given ?? LibvirtHypervisor(uri: uri, environment: environment, logger: logger, directory: directory)
    let runner: any CommandRunner = chosen ?? ProcessRunner(environment: environment)
    let trust = HostTrustReader(file: file, imageDirectory: configuration.imageDirectory)
    if let fault = file.content().fault { logger.error("the host's file grants nothing: \(fault)") }
    let files = try FileProbe(environment: environment)
    let reader = FactsReader(
      hypervisor: hypervisor, kernel: kernel, configuration: configuration, uri: uri, trust: trust,
      clock: environment.wallClock
    ) { try await files.space(at: $0) }
    let facts = FactsCache(reader: reader, kvmUsable: false)
    images = CoordinatorImageSource()
    let qemuImg = QemuImg(runner: runner)
    let highWater = try HighWaterFile(directory)
    let maker = DiskMaker(
      imageDirectory: configuration.imageDirectory,
      cache: ImageCache(
        imageDirectory: configuration.imageDirectory, source: images, qemuImg: qemuImg, hypervisor: hypervisor),
      qemuImg: qemuImg, records: DiskRecords(directory: directory))
    let marks = MarkRecords(directory: directory)
    let executor = ActionExecutor(
      provisioner: Provisioner(fleetID: fleetID, hypervisor: hypervisor, disks: maker, facts: facts, trust: trust),
      power: PowerControl(fleetID: fleetID, hypervisor: hypervisor, environment: environment),
      destroyer: Destroyer(
        fleetID: fleetID, hypervisor: hypervisor, disks: maker, marks: marks, trust: trust,
        wall: environment.wallClock),
      marker: DomainMarker(
        fleetID: fleetID, hypervisor: hypervisor, records: maker.records, marks: marks, wall: environment.wallClock),
      hypervisor: hypervisor)
    judge = CoordinatorStartJudge()
    let policies = OutOfBandPolicyFile(directory)
    hooks = HookServer(
      path: policies.socket, responder: HookResponder(judge: judge, environment: environment, logger: logger),
      logger: logger,
      stopwatch: stopwatch)
    parts = AgentComponents(
      directory: directory, nonce: UniqueID(from: environment.random).description,
      hypervisor: hypervisor, facts: facts, cache: DomainCache(hypervisor: hypervisor, clock: environment.wallClock),
      queue: ActionQueue(
        executor: executor, journal: try ActionJournal(directory), highWater: highWater, logger: logger),
      responder: QueryResponder(fleetID: fleetID, hypervisor: hypervisor, files: files, trust: trust),
      permission: TunnelPermission(fleetID: fleetID, trust: trust),
      highWater: highWater, policies: policies, kernel: kernel, environment: environment, logger: logger)
    checks = BackgroundChecks(
      surveyor: CheckSurveyor(
        hypervisor: hypervisor, runner: runner, kernel: kernel, configuration: configuration, uri: uri, trust: trust,
        clockSkewSeconds: identity.clockSkewSeconds),
      probe: KVMProbe(runner: runner, kernel: kernel, environment: environment, scratch: directory.path),
      facts: facts, directory: directory)
    self.directory = directory
    self.environment = environment
    self.logger = logger
    self.ready = ready
  }

  /// Runs until its service group shuts down. Guests keep running then.
  package func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        group.addTask { await hypervisor.run() }
        group.addTask { await hooks.run() }
        await waitForLibvirt()
        await checks.probeKVM()
        ready()
        group.addTask { await checks.run(environment: environment) }
        group.addTask { await keepConnected() }
      }
    }
  }

  private func waitForLibvirt() async {
    _ = try? await environment.limit("libvirt", to: Self.libvirtPatience) {
      while await !hypervisor.state.isConnected { try await environment.clock.sleep(for: .milliseconds(50)) }
    }
  }

  /// Connects repeatedly, reading the credentials each time, so that a new join takes effect without a restart.
  private func keepConnected() async {
    var backoff = Backoff(random: environment.random)
    while !Task.isCancelled {
      let begin = environment.wallClock.now()
      do {
        try await connectOnce()
        logger.info("the coordinator has ended the connection")
      } catch {
        if Task.isCancelled { return }
        let failure = FleetError(error)
        let silent = failure.code == .unreachable ? "it does not answer: " : ""
        logger.error("no connection to the coordinator: \(silent)\(failure)")
      }
      images.use(nil)
      judge.use(nil)
      let now = environment.wallClock.now()
      if now.seconds(since: begin) > 30 { backoff.reset() }
      try? await environment.clock.sleep(for: backoff.pause(at: now))
    }
  }

  private func connectOnce() async throws {
    try Credentials.finishReplacing(in: directory)
    try parts.highWater.forgetEpochIfJoined()
    guard let identity = try directory.read("identity.json", as: AgentIdentity.self),
      let credentials = try Credentials(from: directory)
    else { throw FleetError(.internal, "the credentials in \(directory.path) are gone") }
    try checkExpiry(of: credentials, identity)
    let verification = CoordinatorVerification(
      authorities: credentials.authorities, name: CoordinatorConnection.linkName, fleetID: identity.fleetID,
      trust: coordinators, wall: environment.wallClock, logger: logger)
    let security = HTTP2ClientTransport.Posix.TransportSecurity.mTLS(
      certificateChain: [.bytes(credentials.certificate.der, format: .der)],
      privateKey: .bytes(Array(credentials.keyPEM.utf8), format: .pem)
    ) { tls in
      tls.trustRoots = .certificates(credentials.authorities.map { .bytes($0.der, format: .der) })
      tls.serverCertificateVerification = .fullVerification
      tls.customVerificationCallback = { verification($0, $1) }
    }
    let transport = try CoordinatorConnection.transport(
      to: CoordinatorAddress(identity.linkAddress), named: CoordinatorConnection.linkName, security)
    try await CoordinatorConnection.with(transport) { client in
      images.use(client)
      let renewal = CertificateRenewal(
        directory: directory, credentials: credentials, environment: environment, logger: logger)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          func serve(takesParts: Bool) async throws {
            let session = CoordinatorSession(
              parts: parts, client: client, hostName: identity.hostName, takesParts: takesParts)
            try await session.run(trusting: { try hear($0, verification) }) { message in
              try hear(message.trust, verification)
              try welcome(message, identity, client)
            }
          }
          do {
            try await serve(takesParts: true)
          } catch is CoordinatorSession.UnknownCall {
            try await serve(takesParts: false)
          }
        }
        group.addTask { await renewal.run(client) }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  /// Applies the coordinator's list of trusted authorities and of revoked certificates.
  /// - Throws: a retryable ``FleetError`` if the host has to connect again because of it.
  private func hear(_ trust: Roost_V1_CoordinatorTrust, _ verification: CoordinatorVerification) throws {
    try verification.hear(Array(trust.revocations))
    guard let authorities = verification.hear(trust.authorities) else { return }
    do {
      try Credentials.trust(authorities, in: directory)
    } catch {
      logger.error("the fleet's authorities are not written down: \(FleetError(agent: error))")
      return
    }
    let newest = authorities.last?.fingerprint.hex ?? ""
    throw FleetError(
      .denied, "the fleet's newest authority is \(newest); the host connects again", retryable: true)
  }

  /// Stores what the coordinator reports about itself.
  private func welcome(
    _ welcome: Roost_V1_Welcome, _ identity: AgentIdentity, _ client: CoordinatorSession.Client
  ) throws {
    guard welcome.fleetID == identity.fleetID else {
      throw FleetError(.denied, "the coordinator is of the fleet \(welcome.fleetID.printable), not \(identity.fleetID)")
    }
    guard let epoch = Int64(exactly: welcome.epoch) else { throw FleetError(.invalid, "the epoch is too large") }
    let told = HighWaterMarks(
      epoch: epoch, incarnation: welcome.incarnation, macCursor: welcome.macCursor,
      poolCursors: try PoolCursors(welcome.poolCursors), lastEvent: Int64(clamping: welcome.lastEvent))
    if let failure = try parts.highWater.welcomed(by: told, welcome.hasMark ? welcome.mark : nil) {
      logger.error("the coordinator's high-water marks are not on disk, and no action runs until they are: \(failure)")
    }
    if welcome.hasStartPolicy { parts.policies.keep(welcome.startPolicy, logger) }
    judge.use(client)
    var next = identity
    next.hostName = welcome.hostName
    if welcome.at > 0 { next.clockSkewSeconds = environment.wallClock.now().seconds - welcome.at / 1000 }
    if next != identity {
      do { try directory.write(next, to: "identity.json") } catch {
        logger.error("the host's name in the fleet is not written down: \(FleetError(agent: error))")
      }
    }
    logger.info(
      "connected to the coordinator",
      metadata: ["host": "\(welcome.hostName)", "at": "\(identity.linkAddress)", "epoch": "\(epoch)"])
  }

  private func checkExpiry(of credentials: Credentials, _ identity: AgentIdentity) throws {
    guard environment.wallClock.now().seconds > credentials.certificate.notAfter else { return }
    throw FleetError(
      .denied, "the host's certificate expired at \(Timestamp(seconds: credentials.certificate.notAfter))",
      hint: "on the coordinator: roost host token create --name \(identity.hostName.shellQuoted) --rejoin; "
        + "here: roost-agent join - --state-dir \(directory.path.shellQuoted); the host keeps its id, and this agent "
        + "needs no restart")
  }
}
