import Fleet
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import PKI
import RoostAPI
import Store

/// Builds and connects every part of a coordinator for one epoch.
struct CoordinatorComponents: Sendable {
  let context: CoordinatorContext
  let store: FleetStore
  let issuer: CertificateIssuer
  let inventory = Inventory()
  let sessions: ConnectedAgents
  let activeOperations = ActiveOperations()
  let conflicts = ReportedConflicts()
  let driver: OperationDriver
  let library: ImageLibrary
  let settling: Settling
  let publisher: HighWaterPublisher
  let starts: StartArbiter
  let revocations: RevocationLists
  let rotation: CoordinatorKeyRotation
  private let authorityRotation: AuthorityRotation
  /// The connections of the link listener, and their calls.
  let connections: ConnectionLimiter
  let calls: LiveCalls
  /// The listener for joining hosts.
  let listener: EnrolmentListener
  private let pace: HostPace
  private let policyLock = AsyncSemaphore(1)
  private let admission: Admission
  private let adoption: AdoptionHandler
  private let tunnels: TunnelService
  private let handler: AgentStreamHandler
  private let directory: DataDirectory
  private let clock: any WallClock
  private let random: any RandomSource
  private let logger: Logger
  /// Records refused callers.
  private let record: SecurityRecord

  init(
    context: CoordinatorContext, store: FleetStore, issuer: CertificateIssuer, key: CoordinatorKey,
    directory: DataDirectory,
    clock: any WallClock, random: any RandomSource, logger: Logger
  ) throws {
    self.context = context
    self.store = store
    self.issuer = issuer
    self.directory = directory
    self.clock = clock
    self.random = random
    self.logger = logger
    record = SecurityRecord(store: store, clock: clock, logger: logger)
    sessions = ConnectedAgents(random: random)
    connections = ConnectionLimiter(.link)
    listener = EnrolmentListener(store: store, clock: clock, logger: logger)
    calls = LiveCalls(connections: connections)
    revocations = RevocationLists(
      store: store, issuer: issuer, key: key, directory: directory, sessions: sessions, logger: logger,
      cut: { [calls] in calls.cut(serials: $0) })
    rotation = CoordinatorKeyRotation(
      key: key, issuer: issuer, listen: context.link, store: store, revocations: revocations,
      clock: clock, logger: logger)
    authorityRotation = AuthorityRotation(directory: directory, coordinator: rotation)
    library = ImageLibrary(directory: directory.images)
    let importer = DomainImporter()
    let seal = MarkSeal(context.fleetID) { [authorities = issuer.authorities] in authorities.markKeys }
    let rates = EventRates()
    let pace = HostPace(clock: clock)
    self.pace = pace
    publisher = HighWaterPublisher(
      store: store, inventory: inventory, sessions: sessions, seal: seal, logger: logger)
    settling = Settling(
      context: context, store: store, inventory: inventory, activeOperations: activeOperations,
      vmRecovery: VMRecovery(
        context: context, store: store, inventory: inventory, sessions: sessions, importer: importer, clock: clock,
        logger: logger),
      seal: seal, rates: rates, clock: clock, logger: logger)
    driver = OperationDriver(
      context: context, store: store, inventory: inventory, sessions: sessions, activeOperations: activeOperations,
      publisher: publisher, clock: clock, random: random, logger: logger)
    starts = StartArbiter(inventory: inventory, store: store, clock: clock, logger: logger)
    let reports = ReportWrites { logger.error("a host's report is not written down: \(FleetError($0))") }
    admission = Admission(
      context: context, store: store, inventory: inventory, sessions: sessions, driver: driver, starts: starts,
      reports: reports, clock: clock, random: random)
    adoption = AdoptionHandler(admission: admission, sessions: sessions, importer: importer)
    tunnels = TunnelService(
      inventory: inventory, sessions: sessions, broker: TunnelBroker(), clock: clock, random: random)
    handler = AgentStreamHandler(
      context: context, store: store, inventory: inventory, sessions: sessions,
      conflicts: conflicts, starts: starts, settling: settling,
      recovery: HostRecovery(context: context, store: store, clock: clock), seal: seal,
      rates: rates, calls: calls, pace: pace,
      reports: reports, clock: clock, logger: logger, trust: { [revocations] in await revocations.trust })
  }

  /// Prunes old rows.
  var pruner: Pruner { Pruner(epochState: context.epochState, store: store, clock: clock, logger: logger) }

  /// Collects the metrics.
  var figures: MetricsCollector { MetricsCollector(context: context, store: store, inventory: inventory, clock: clock) }

  /// Fills the inventory from the store.
  func load() async throws {
    try await revocations.publish()
    library.sweep()
    // Begins before the rows are read, so that later commits are applied after them.
    await inventory.follow(store)
    let (hosts, vms, reports) = try await store.read { reader in
      (try reader.hosts(), try reader.vms(), try reader.reports())
    }
    await inventory.load(hosts: hosts, vms: vms, reports: read(reports))
    for host in hosts { try await noteLockedOut(host.id) }
    let (policy, accepted, placement) = try await store.read {
      (try $0.outOfBandPolicy(), try $0.acceptedConflicts(), try $0.placementPolicy())
    }
    await inventory.load(policy, accepted, placement)
    // Alarms reported before this run are not reported again; those that a crash prevented are reported now.
    let view = await inventory.view
    let (ledger, told) = try await store.read { (try LedgerSlice.contested(in: view, $0), try $0.toldAlarms()) }
    await conflicts.remember(told)
    try await handler.recordAlarms(
      conflicts.look(view.conflicts(ledger), of: nil, doubleRuns: view.allDuplicates, of: nil))
  }

  /// The domains of stored reports, read on all cores: of a large fleet this is the longest part of a start.
  private func read(_ reports: [StoredReport]) async -> [HostID: (at: Timestamp, domains: [ObservedDomain])] {
    typealias Read = (report: StoredReport, domains: Result<[ObservedDomain], any Error>)
    return await withTaskGroup(of: Read.self) { group in
      for report in reports {
        group.addTask { (report, Result { try AgentStreamHandler.domains(inReport: report.bytes) }) }
      }
      var last: [HostID: (at: Timestamp, domains: [ObservedDomain])] = [:]
      for await (report, domains) in group {
        do {
          last[report.hostID] = (report.at, try domains.get())
        } catch {
          logger.warning("the last report of host \(report.hostID) can't be read and is left out: \(error)")
        }
      }
      return last
    }
  }

  /// The server for agents and operators.
  func linkServer(_ transport: ListenerTransport) -> GRPCServer<ListenerTransport> {
    let link = AgentLinkService(
      handler: handler, tunnels: tunnels, library: library, issuer: issuer, starts: starts, pace: pace)
    return server(transport, .link, operatorServices + [link])
  }

  /// The server for joining hosts.
  func enrolmentServer(_ transport: ListenerTransport) -> GRPCServer<ListenerTransport> {
    let enrolment = EnrolmentService(
      context: context, store: store, sessions: sessions, issuer: issuer, calls: calls, clock: clock, random: random)
    return server(transport, .enrolment, [enrolment])
  }

  /// The server for local administrators.
  func localServer(_ transport: ListenerTransport) -> GRPCServer<ListenerTransport> {
    server(transport, .local, operatorServices)
  }

  private var operatorServices: [any RegistrableRPCService] {
    [
      EnforcementService(
        policy: OutOfBandPolicyHandler(
          store: store, inventory: inventory, sessions: sessions, starts: starts, clock: clock,
          lock: policyLock),
        resolver: ConflictResolver(admission: admission)),
      VMsService(admission: admission, importer: DomainImporter(), tunnels: tunnels),
      HostsService(admission: admission, issuer: issuer, sessions: sessions, calls: calls, listener: listener),
      OperationsService(store: store, activeOperations: activeOperations, admission: admission),
      AddressesService(ledger: LedgerHandler(store: store, inventory: inventory, clock: clock)),
      AdoptionService(handler: adoption),
      PlanningService(handler: PlanningHandler(admission: admission)),
      SettlingService(handler: settling),
      UsageService(inventory: inventory, clock: clock),
      ImagesService(
        store: store, library: library, clock: clock, random: random, logger: logger),
      AdministrationService(
        context: context, store: store, source: figures, issuer: issuer, directory: directory,
        revocations: revocations, clock: clock, random: random),
      CertificatesService(
        store: store, inventory: inventory, rotation: rotation, authorityRotation: authorityRotation, clock: clock),
    ]
  }

  private func server(
    _ transport: ListenerTransport, _ listener: ListenerKind, _ services: [any RegistrableRPCService]
  ) -> GRPCServer<ListenerTransport> {
    let interceptor = CallerInterceptor(
      listener: listener, record: record, calls: calls, connections: connections, identify: identify)
    return GRPCServer(transport: transport, services: services, interceptors: [interceptor])
  }

  /// Identifies the caller of a certificate, and the actor to record.
  @Sendable private func identify(_ der: [UInt8]) async throws -> CallerInterceptor.Identified {
    let (identity, certificate, authority) = try issuer.identity(ofDER: der)
    let serial = certificate.serial.hex
    let actor = await actor(of: identity)
    let revoked = RefusedCaller(kind: .securityRevoked, actor: actor, error: LiveCalls.revoked)
    let known = try await store.read { try $0.certificate(serial: serial) }
    if known?.revokedAt != nil {
      if identity.role == .agent, let id = HostID(identity.id) { try await noteLockedOut(id) }
      throw revoked
    }
    // With the key that is being replaced, its holder could make certificates that are not recorded.
    let pair = issuer.authorities.pair
    if known == nil, !context.epochState.isSettling, pair.successor != nil,
      authority.certificate == pair.present.certificate
    {
      let error = FleetError(
        .denied, "no record says that this certificate was issued, and its authority is being replaced",
        hint: "join again, or have a new certificate made")
      throw RefusedCaller(kind: .securityDenied, actor: actor, error: error)
    }
    switch identity.role {
    case .agent:
      guard let id = HostID(identity.id) else { throw FleetError(.denied, "the certificate names no host") }
      // Also refuses a host whose row a restored database does not have.
      if try await store.read({ try $0.host(id) })?.revokedAt != nil { throw revoked }
      // A host that the database has lost is recorded, so that it can be revoked.
      if known == nil, context.epochState.isSettling {
        try? await store.commit {
          try $0.insertCertificate(
            serial: serial, subject: id.description, role: "agent", expiresAt: Timestamp(seconds: certificate.notAfter),
            authority: authority.certificate.fingerprint.hex)
        }
      }
      return .init(caller: .agent(id), actor: actor, serial: serial)
    case .operator: return .init(caller: .operator(identity.id), actor: actor, serial: serial)
    case .coordinator:
      let error = FleetError(.denied, "a coordinator's certificate may not make calls")
      throw RefusedCaller(kind: .securityDenied, actor: actor, error: error)
    }
  }

  /// Records whether a host has any valid certificate: if it was revoked after the backup from which this database was
  /// restored, only the revocation list knows.
  private func noteLockedOut(_ id: HostID) async throws {
    guard let since = try await store.read({ try $0.lockedOut(id, at: clock.now()) }) else { return }
    guard let entry = await inventory.view.hosts[id], !entry.isConnected, entry.lockedOutSince != since else { return }
    await inventory.update(id) { entry in if !entry.isConnected { entry.lockedOutSince = since } }
  }

  private func actor(of identity: FleetIdentity) async -> String {
    switch identity.role {
    case .agent:
      let name = if let id = HostID(identity.id) { await inventory.view.hosts[id]?.host.name } else { String?.none }
      return "host:\(name ?? identity.id)"
    case .operator: return "user:\(identity.id)"
    case .coordinator: return Caller.coordinator
    }
  }
}
