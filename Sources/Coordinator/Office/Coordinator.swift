public import Fleet
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Logging
import PKI
import Scheduling
public import ServiceLifecycle
import Store

/// One term of office of a coordinator: from taking the data directory's lock to the last answered call.
public struct Coordinator: Service {
  /// How long calls may go on after the end of office is asked for.
  static let drainTime: Duration = .seconds(3)
  /// How long it is waited for connections to close that are cut off after that: one whose network is gone may not.
  static let cutTime: Duration = .seconds(5)

  let directory: DataDirectory
  let clock: any WallClock
  let random: any RandomSource
  let logger: Logger
  let gauge: FleetGauge
  /// Called when every door is open.
  let ready: @Sendable () -> Void

  /// Prepares a term of office; nothing is opened yet.
  /// - Parameter gauge: shows the fleet's figures while the coordinator is in office.
  public init(
    directory: DataDirectory, clock: any WallClock, random: any RandomSource, logger: Logger,
    gauge: FleetGauge = FleetGauge(), ready: @escaping @Sendable () -> Void = {}
  ) {
    self.directory = directory
    self.clock = clock
    self.random = random
    self.logger = logger
    self.gauge = gauge
    self.ready = ready
  }

  /// Takes office and serves until a graceful shutdown.
  /// - Throws: ``FleetError`` if another coordinator has the directory, or it can't be used.
  public func run() async throws {
    try directory.checkMode()
    let lock = try DataDirectoryLock(directory: directory.path)
    // The lock goes with its last use, at the end.
    defer { withExtendedLifetime(lock) {} }
    // Databases and sockets inherit this: nobody but the owner reads them.
    umask(0o077)
    let store = try FleetStore.open(at: directory.database, actor: { Caller.actor })
    defer { try? store.close() }
    let authorities = try directory.authorities()
    let office = try await Self.takeOffice(store, Incarnation(from: random), at: clock.now())
    let registry = Registry(authorities: authorities, fleetID: office.fleetID, clock: clock)
    let again = try await RevocationLists.takeOver(directory, authorities, store: store, at: clock.now())
    if again > 0 { logger.warning("\(again) certificates are revoked that only ca.crl knew of") }
    let key = try await CoordinatorKey.load(directory, registry, listen: office.link, store: store)
    let house = try House(
      office: office, store: store, registry: registry, key: key, directory: directory, clock: clock, random: random,
      logger: logger)
    try await house.load()
    gauge.show(house.figures)
    defer { gauge.show(nil) }
    let servers = [
      house.linkServer(
        Doors.link(at: office.link, key: key, authorities, clock: clock, limiter: house.connections)),
      house.localServer(Doors.local(path: directory.socket)),
    ]
    logger.info(
      """
      fleet \(office.fleetName) (\(office.fleetID)), epoch \(office.epoch): agents and operators on \(office.link), \
      enrolment on \(office.enrolment), local administrators on \(directory.socket)
      """)
    let limiter = ConnectionLimiter(.enrolment)
    try await serve(servers, house) {
      house.enrolmentServer(
        Doors.enrolment(at: office.enrolment, key: key, limiter: limiter))
    }
    logger.info("closed cleanly")
  }

  private func serve(
    _ servers: [GRPCServer<DoorTransport>], _ house: House,
    _ enrolment: @escaping @Sendable () -> EnrolmentDoor.Server
  ) async throws {
    let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
    let serving = Serving(servers)
    do {
      try await withGracefulShutdownHandler {
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await serving.firstEnd() }
          group.addTask { try await house.door.run(enrolment) }
          group.addTask { try await house.settling.run() }
          group.addTask { try await house.herald.run() }
          group.addTask { try await house.pruner.run() }
          group.addTask { try await house.revocations.run() }
          group.addTask { try await house.rotation.run() }
          group.addTask {
            for server in servers { _ = try await server.listeningAddress }
            try await house.settling.begin()
            try await house.driver.resume()
            ready()
            for await _ in stopped {}
            await house.driver.stop()
            await house.sessions.closeAll()
            for server in servers { server.beginGracefulShutdown() }
            await house.door.close()
            try await Task.sleep(for: Self.drainTime)
          }
          // The first to end is a server that failed, or the drain above; either way the rest is cut off.
          defer { group.cancelAll() }
          try await group.next()
        }
      } onGracefulShutdown: {
        stop.finish()
      }
    } catch {
      await house.door.end(within: Self.cutTime)
      await serving.end(within: Self.cutTime)
      throw error
    }
    await house.door.end(within: Self.cutTime)
    await serving.end(within: Self.cutTime)
  }

  static func takeOffice(
    _ store: FleetStore, _ incarnation: Incarnation, at now: Timestamp
  ) async throws -> Office {
    let (record, beginning, settling) = try await store.commit { transaction in
      try transaction.takeOffice()
      // Two terms with one epoch, of a database and of its copy, are told apart by this.
      try transaction.renewIncarnation(incarnation)
      let beginning = try transaction.highWater()
      try transaction.appendEvent(
        at: now, kind: "coordinator.started", subject: "coordinator",
        message: "a coordinator took office \(beginning.epoch)")
      return (try transaction.fleet(), beginning, try transaction.settling())
    }
    return Office(
      fleetID: record.id, fleetName: record.name, incarnation: record.incarnation,
      term: Term(epoch: record.epoch, isSettling: settling != nil), beginning: beginning,
      link: try ListenAddress(parsing: record.linkAddress),
      enrolment: try ListenAddress(parsing: record.enrolmentAddress),
      quarantineSeconds: record.quarantineSeconds, startedAt: now)
  }
}
