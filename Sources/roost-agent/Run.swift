import Agent
public import ArgumentParser
import Fleet
import Foundation
import LogOutput
public import Logging
import Platform
import ServiceLifecycle
import UnixSignals

/// Runs the agent.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run the agent of a host that has joined.")

  @Option(help: "The agent's state directory.")
  var stateDir: String

  @Option(help: "The file in which root says what the fleet may do on this host.")
  var trust = "/etc/roost/host.toml"

  @Option(help: "The lowest level to log: trace, debug, info, notice, warning, error or critical.")
  var logLevel: Logger.Level = .info

  func run() async throws {
    try await AgentProcess.reporting(asJSON: false) {
      // Log lines of libraries are escaped as well.
      LoggingSystem.bootstrap { EscapingLogHandler.standardError(label: $0) }
      let logger = AgentProcess.logger(logLevel)
      let notifier = SystemdNotifier(environment: ProcessInfo.processInfo.environment)
      let service = try await AgentService(
        directory: StateDirectory(stateDir), trust: TrustFile(trust), environment: AgentProcess.environment,
        logger: logger, stopwatch: AgentProcess.milliseconds, ready: { notifier.notify("READY=1") })
      let group = ServiceGroup(
        configuration: .init(
          services: [.init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
      try await group.run()
      notifier.notify("STOPPING=1")
    }
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
