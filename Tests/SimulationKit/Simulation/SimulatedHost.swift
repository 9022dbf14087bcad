package import Agent
import Fleet
import FleetTestKit
import Foundation
import Logging

/// A host of a simulation: the real agent with real files and real TLS, on virtual machines in memory.
package actor SimulatedHost {
  package nonisolated let name: String
  package nonisolated let hypervisor = FakeHypervisor()
  /// The host's own clock.
  package nonisolated let clock: SimulatedClock
  /// Where the agent keeps its key and certificate.
  package nonisolated let state: StateDirectory
  package nonisolated let directory: TemporaryDirectory
  /// What the agent complains of.
  package nonisolated let errors = ErrorLog()
  private let environment: AgentEnvironment
  private let logger: Logger
  private var work: Task<Void, any Error>?

  package init(_ name: String, environment: AgentEnvironment) throws {
    self.name = name
    clock = SimulatedClock(following: environment.wallClock)
    self.environment = AgentEnvironment(wallClock: clock, clock: environment.clock, random: environment.random)
    directory = try TemporaryDirectory()
    state = StateDirectory(directory.path + "/state")
    logger = errors.logger(name)
    hypervisor.edit {
      $0.capabilities.hostUUID = "machine-of-\(name)"
      $0.capabilities.emulators = [.sample]
      $0.capabilities.memory = .gibibytes(16)
      $0.networks = [.sample]
    }
    try state.prepare()
    try directory.write(
      "state/agent.toml",
      """
      [agent]
      image_dir = "\(directory.path)/images"
      [capacity]
      vcpus = 8
      memory = "16GiB"
      disk = "200GiB"

      """)
  }

  /// Joins with a token, or joins again; a running agent goes on with what it got.
  @discardableResult
  package func join(_ token: String) async throws -> Joiner.Outcome {
    try await Joiner(
      directory: state, libvirtURI: "test:///default", environment: environment, logger: logger, hypervisor: hypervisor
    ).join(token: token)
  }

  /// Starts the agent; returns when it is at work.
  package func start() async throws {
    let (opened, open) = AsyncStream.makeStream(of: Void.self)
    let service = try await AgentService(
      directory: state, environment: environment, logger: logger, hypervisor: hypervisor, runner: FakeRunner(),
      stopwatch: { [environment] in environment.wallClock.now().milliseconds }
    ) { open.yield() }
    let task = Task {
      defer { open.finish() }
      try await service.run()
    }
    work = task
    for await _ in opened { return }
    try await task.value
  }

  /// Ends the agent at once; what runs on the host goes on.
  package func stop() async {
    work?.cancel()
    _ = await work?.result
    work = nil
  }

  /// What the agent shows to the coordinator's listener.
  package nonisolated func credentials() throws -> ClientCredentials {
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(state.path)/\(name)", encoding: .utf8)
    }
    return ClientCredentials(certificatePEM: try text("certificate.pem"), keyPEM: try text("key.pem"))
  }
}
