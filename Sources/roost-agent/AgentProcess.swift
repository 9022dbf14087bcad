import Agent
import ArgumentParser
import Dispatch
import Fleet
import Foundation
import LogOutput
import Logging
import Platform

/// The process's clock, random source, logger and exit status.
enum AgentProcess {
  /// The environment for the agent's parts.
  static var environment: AgentEnvironment {
    AgentEnvironment(wallClock: SystemClock(), clock: ContinuousClock(), random: SystemRandomSource())
  }

  /// Milliseconds since the machine started, independent of the time of day.
  @Sendable static func milliseconds() -> Int64 {
    Int64(clamping: DispatchTime.now().uptimeNanoseconds / 1_000_000)
  }

  /// The path of this program.
  static var program: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") }

  /// A logger that writes to stderr.
  static func logger(_ level: Logger.Level) -> Logger {
    var logger = Logger(label: "roost-agent") { EscapingLogHandler.standardError(label: $0) }
    logger.logLevel = level
    return logger
  }

  /// Runs `body`, reports its failure, and exits with the documented status.
  static func reporting(asJSON: Bool, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as ExitCode {
      throw error
    } catch {
      let failure = FleetError(agent: error)
      if asJSON, let json = json(failure) { StandardError.write(json) } else { StandardError.report(failure) }
      throw ExitCode(ExitStatus(failure.code).rawValue)
    }
  }

  private static func json(_ failure: FleetError) -> String? {
    let value: [String: [String: Any]] = [
      "error": [
        "code": failure.code.rawValue, "message": failure.message, "hint": failure.hint, "operation": "",
        "retryable": failure.retryable,
      ]
    ]
    let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) }
  }
}
