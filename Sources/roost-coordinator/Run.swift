import ArgumentParser
import Coordinator
import Fleet
import Foundation
import LogOutput
import Logging
import Platform
import ServiceLifecycle
import UnixSignals
import Web

/// Serves a fleet.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Serve the fleet in a data directory until SIGTERM.")

  @Option(name: .customLong("data-dir"), help: "The directory that init made.")
  var dataDirectory: String

  @Option(
    help: ArgumentHelp(
      "Serve Prometheus metrics and /healthz over plain HTTP, such as on 127.0.0.1:9440.", valueName: "host:port"))
  var metrics: String?

  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = "info"

  func run() async throws {
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw ValidationError("\"\(logLevel)\" is not a log level")
    }
    LoggingSystem.bootstrap { EscapingLogHandler.standardError(label: $0) }
    var logger = Logger(label: "roost-coordinator")
    logger.logLevel = level
    let notifier = SystemdNotifier(environment: ProcessInfo.processInfo.environment)
    let provider = MetricsProvider()
    let coordinator = Coordinator(
      directory: DataDirectory(path: dataDirectory), clock: SystemClock(), random: SystemRandomSource(),
      logger: logger, provider: provider, ready: { notifier.notify("READY=1") })
    var services = [
      ServiceGroupConfiguration.ServiceConfiguration(
        service: coordinator, successTerminationBehavior: .gracefullyShutdownGroup)
    ]
    if let metrics { services.append(.init(service: try webService(at: metrics, provider, logger))) }
    let group = ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    notifier.notify("STOPPING=1")
  }
  private func webService(at text: String, _ provider: MetricsProvider, _ logger: Logger) throws -> WebService {
    let address = try ListenAddress(parsing: text)
    if !address.isLoopback { logger.warning("metrics on \(address) are open to everybody who can reach that address") }
    return WebService(
      host: address.host, port: address.port, logger: logger,
      ready: { _ in logger.info("metrics are on http://\(address)/metrics") }, check: { try await provider.check() },
      figures: { try await provider.figures() })
  }
}
