import ArgumentParser
import Coordinator
import Fleet
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Serves a fleet.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Serve the fleet in a data directory until SIGTERM.")

  @Option(name: .customLong("data-dir"), help: "The directory that init made.")
  var dataDirectory: String

  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = "info"

  func run() async throws {
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw ValidationError("\"\(logLevel)\" is no log level")
    }
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    var logger = Logger(label: "roost-coordinator")
    logger.logLevel = level
    let notice = ServiceNotice(environment: ProcessInfo.processInfo.environment)
    let coordinator = Coordinator(
      directory: DataDirectory(path: dataDirectory), clock: SystemClock(), random: SystemRandomSource(),
      logger: logger, ready: { notice.send("READY=1") })
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: coordinator, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    notice.send("STOPPING=1")
  }
}
