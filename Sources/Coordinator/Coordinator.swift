package import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Logging
import PKI
import Scheduling
internal import ServiceLifecycle
import Store

/// One run of a coordinator: from locking the data directory to the last answered call.
package struct Coordinator: Service {
  /// How long calls may continue after a shutdown request.
  static let drainTime: Duration = .seconds(3)
  /// How long to wait after that for connections to close: one whose network is gone may not close.
  static let cutTime: Duration = .seconds(5)

  let directory: DataDirectory
  let clock: any WallClock
  let random: any RandomSource
  let logger: Logger
  let provider: MetricsProvider
  /// Called when every listener is open.
  let ready: @Sendable () -> Void

  /// Prepares a run; opens nothing yet.
  /// - Parameter provider: shows the fleet's metrics while the coordinator serves.
  package init(
    directory: DataDirectory, clock: any WallClock, random: any RandomSource, logger: Logger,
    provider: MetricsProvider = MetricsProvider(), ready: @escaping @Sendable () -> Void = {}
  ) {
    self.directory = directory
    self.clock = clock
    self.random = random
    self.logger = logger
    self.provider = provider
    self.ready = ready
  }

  /// Begins an epoch and serves until a graceful shutdown.
  /// - Throws: ``FleetError`` if another coordinator uses the directory, or it can't be used.
  package func run() async throws {
    try directory.checkMode()
    let lock = try DataDirectoryLock(directory: directory.path)
    // Holds the lock until the end.
    defer { withExtendedLifetime(lock) {} }
    // Database files and sockets get this mode: only the owner can read them.
    umask(0o077)
    let store = try FleetStore.open(at: directory.database, actor: { Caller.actor })
    defer { try? store.close() }
    let authorities = try directory.authorities()
    let context = try await Self.beginEpoch(store, Incarnation(from: random), at: clock.now())
    let issuer = CertificateIssuer(authorities: authorities, fleetID: context.fleetID, clock: clock)
    let again = try await RevocationLists.takeOver(directory, authorities, store: store, at: clock.now())
    if again > 0 { logger.warning("\(again) certificates are revoked that only ca.crl knew of") }
    let key = try await CoordinatorKey.load(directory, issuer, listen: context.link, store: store)
    let components = try CoordinatorComponents(
      context: context, store: store, issuer: issuer, key: key, directory: directory, clock: clock, random: random,
      logger: logger)
    try await components.load()
    provider.show(components.figures)
    defer { provider.show(nil) }
    let servers = [
      components.linkServer(
        ListenerTransports.link(
          at: context.link, key: key, authorities, clock: clock, limiter: components.connections)),
      components.localServer(ListenerTransports.local(path: directory.socket)),
    ]
    logger.info(
      """
      fleet \(context.fleetName) (\(context.fleetID)), epoch \(context.epoch): agents and operators on \(context.link), \
      enrolment on \(context.enrolment), local administrators on \(directory.socket)
      """)
    let limiter = ConnectionLimiter(.enrolment)
    try await serve(servers, components) {
      components.enrolmentServer(
        ListenerTransports.enrolment(at: context.enrolment, key: key, limiter: limiter))
    }
    logger.info("closed cleanly")
  }

  private func serve(
    _ servers: [GRPCServer<ListenerTransport>], _ components: CoordinatorComponents,
    _ enrolment: @escaping @Sendable () -> EnrolmentListener.Server
  ) async throws {
    let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
    let serving = RunningServers(servers)
    do {
      try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await serving.firstEnd() }
          group.addTask { try await components.listener.run(enrolment) }
          group.addTask { try await components.settling.run() }
          group.addTask { try await components.publisher.run() }
          group.addTask { try await components.pruner.run() }
          group.addTask { try await components.revocations.run() }
          group.addTask { try await components.rotation.run() }
          group.addTask {
            for server in servers { _ = try await server.listeningAddress }
            try await components.settling.begin()
            try await components.driver.resume()
            ready()
            for await _ in stopped {}
            await components.driver.stop()
            await components.sessions.closeAll()
            for server in servers { server.beginGracefulShutdown() }
            await components.listener.close()
            try await Task.sleep(for: Self.drainTime)
          }
          // The first task to end is a failed server, or the drain above; either way the others are cancelled.
          defer { group.cancelAll() }
          try await group.next()
        }
      } onGracefulShutdown: {
        stop.finish()
      }
    } catch {
      await components.listener.end(within: Self.cutTime)
      await serving.end(within: Self.cutTime)
      throw error
    }
    await components.listener.end(within: Self.cutTime)
    await serving.end(within: Self.cutTime)
  }

  static func beginEpoch(
    _ store: FleetStore, _ incarnation: Incarnation, at now: Timestamp
  ) async throws -> CoordinatorContext {
    let (record, beginning, settling) = try await store.commit { transaction in
      try transaction.beginEpoch()
      // Distinguishes two runs with the same epoch, of a database and of its copy.
      try transaction.renewIncarnation(incarnation)
      let beginning = try transaction.highWater()
      try transaction.appendEvent(
        at: now, kind: .coordinatorStarted, subject: "coordinator",
        message: "a coordinator began epoch \(beginning.epoch)")
      return (try transaction.fleet(), beginning, try transaction.settling())
    }
    return CoordinatorContext(
      fleetID: record.id, fleetName: record.name, incarnation: record.incarnation,
      epochState: EpochState(epoch: record.epoch, isSettling: settling != nil), beginning: beginning,
      link: try ListenAddress(parsing: record.linkAddress),
      enrolment: try ListenAddress(parsing: record.enrolmentAddress),
      quarantineSeconds: record.quarantineSeconds, startedAt: now)
  }
}
