import Agent
import ArgumentParser
import Fleet
import Foundation
import Logging
import Platform

/// Checks the host; needs no coordinator.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check whether this host can run VMs, and print the commands that fix it.",
    discussion: "Exits with 0 if no check fails, with 1 if one does.")

  /// The format of the results.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @Option(name: .shortAndLong, help: "How to show the results.")
  var output: Format = .text

  @Flag(help: "Apply the safe fixes: kvm modules, libvirt's hook, libvirt's daemon, the default network.")
  var fix = false

  @Option(help: "libvirt's URI; the one the host joined with, or qemu:///system.")
  var connect: String?

  @Option(help: "The agent's state directory.")
  var stateDir: String?

  @Option(help: "The file in which root says what the fleet may do on this host.")
  var trust = "/etc/roost/host.toml"

  func run() async throws {
    try await AgentProcess.reporting(asJSON: output == .json) {
      let directory = stateDir.map { StateDirectory($0) }
      let checkRun = try HostCheckRun(
        uri: connect, directory: directory, trust: TrustFile(trust), program: AgentProcess.program,
        environment: AgentProcess.environment,
        logger: AgentProcess.logger(.error))
      let results = await checkRun.run(fixing: fix) { StandardError.write($0) }
      switch output {
      case .text: print(CheckRendering.text(results), terminator: "")
      case .json: print(try CheckRendering.json(results), terminator: "")
      }
      // Fails if the results could not be written, such as to a full disk.
      guard fflush(nil) == 0 else { throw FleetError(.internal, "the results cannot be written") }
      if results.contains(where: { $0.result == .fail }) { throw ExitCode(1) }
    }
  }
}
