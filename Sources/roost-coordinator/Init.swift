import ArgumentParser
import Coordinator
import Fleet
import Platform
import Store

/// Initialises a fleet.
struct Init: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Make a new fleet: data directory, certificate authority, database.")

  @Option(name: .customLong("data-dir"), help: "A new or empty directory for the coordinator's data.")
  var dataDirectory: String

  @Option(help: "HOST:PORT that agents and operators connect to; enrolment is served on the next port.")
  var listen = "127.0.0.1:7440"

  @Option(help: "The fleet's name.")
  var fleet = "fleet"

  @Option(name: .customLong("vnc-ports"), help: "The range of VNC ports, FIRST-LAST.")
  var vncPorts = "5900-32767"

  func run() async throws {
    let ports = try VNCPortRange.parse(vncPorts)
    let directory = DataDirectory(path: dataDirectory)
    let initializer = FleetInitializer(directory: directory, clock: SystemClock(), random: SystemRandomSource())
    let record = try initializer.initialize(name: fleet, listen: ListenAddress(parsing: listen), vncPorts: ports)
    print("fleet \(record.name) \(record.id)")
    print("agents and operators will connect to \(record.linkAddress), joining hosts to \(record.enrolmentAddress)")
    for warning in VNCPortRange.warnings(ports) { StandardError.write("warning: \(warning)") }
    print("start it with: roost-coordinator run --data-dir \(dataDirectory.shellQuoted)")
  }
}
