package import Coordinator
import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf
import Synchronization

/// The coordinator's own program, as a process, on ports of loopback and in a directory of its own.
package final class CoordinatorProcess: Sendable {
  package let directory: DataDirectory
  package let transports: TestTransports
  /// The folder of the programs that are measured.
  package let programs: String
  /// Where it serves metrics.
  package let metricsPort: Int
  private let log: String
  private let process = Mutex<Program?>(nil)

  /// Makes a fleet.
  /// - Parameters:
  ///   - programs: the folder of the programs.
  ///   - directory: a directory that exists; all is made in it.
  package init(programs: String, in directory: String) async throws {
    self.programs = programs
    self.directory = DataDirectory(path: directory + "/data")
    log = directory + "/coordinator.log"
    let port = PortPair.take()
    metricsPort = PortPair.take()
    let outcome = try await Program.run(
      programs + "/roost-coordinator",
      ["init", "--data-dir", self.directory.path, "--listen", "127.0.0.1:\(port)", "--fleet", "bench"])
    guard outcome.status == 0 else {
      throw Program.Failure(description: "roost-coordinator init: \(outcome.complaint)")
    }
    transports = TestTransports(
      socket: self.directory.socket, port: port,
      authorityPEM: try String(contentsOfFile: self.directory.authorityCertificate, encoding: .utf8))
  }

  /// What it uses; nil while it does not run.
  package var usage: ProcessUsage? { process.withLock { $0 }.flatMap { ProcessUsage(of: $0.id) } }

  /// Starts it; it answers later.
  package func start() throws {
    let program = try Program.start(
      programs + "/roost-coordinator",
      [
        "run", "--data-dir", directory.path, "--metrics", "127.0.0.1:\(metricsPort)", "--log-level", "error",
      ], log: log)
    process.withLock { $0 = program }
    // Whoever started this program ends what it leaves.
    try Data("\(program.id)\n".utf8).write(to: URL(fileURLWithPath: directory.path + "/../coordinator.pid"))
  }

  /// Ends it: at once by SIGKILL, or by SIGTERM, and by SIGKILL if that takes 20 s.
  package func end(by signal: Int32) async {
    guard let program = process.withLock({ $0 }) else { return }
    program.signal(signal)
    let watch = Task {
      try await Task.sleep(for: .seconds(20))
      program.signal(SIGKILL)
    }
    _ = await apart { program.wait() }
    watch.cancel()
    process.withLock { $0 = nil }
    try? FileManager.default.removeItem(atPath: directory.path + "/../coordinator.pid")
  }

  /// Waits until it answers a local administrator.
  package func answer(within limit: Duration = .seconds(180)) async throws {
    try await eventually("the coordinator answers", within: limit) {
      guard access(directory.socket, F_OK) == 0 else { return false }
      return await answersOnce()
    }
  }

  private func answersOnce() async -> Bool {
    var options = CallOptions.defaults
    options.waitForReady = false
    options.timeout = .seconds(180)
    return await
      (try? withGRPCClient(transport: transports.local()) { client in
        _ = try await Roost_V1_Planning.Client(wrapping: client).getPolicy(.init(), options: options)
        return true
      }) ?? false
  }

  /// Calls as a local administrator.
  package func local<Value: Sendable>(_ body: (TestTransports.Client) async throws -> Value) async throws -> Value {
    do {
      return try await withGRPCClient(transport: transports.local()) { try await body($0) }
    } catch let error as RPCError {
      throw FleetError(error)
    }
  }

  /// How many hosts it shows as ready.
  package func readyHosts() async throws -> Int {
    try await local { try await Roost_V1_Hosts.Client(wrapping: $0).list(.init()).hosts }.count { $0.state == "ready" }
  }
}
