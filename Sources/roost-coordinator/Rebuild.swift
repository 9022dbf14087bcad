import ArgumentParser
import Coordinator
import Fleet
import Platform
import Store

/// Rebuilds a lost database.
struct Rebuild: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Rebuild a lost database from the agents and the marks in their domains.",
    discussion: """
      Needs ca.crt and ca.key in the directory, and no roost.db. The coordinator then adds every host that has a \
      certificate of this authority, and every VM with this fleet's mark.
      """)

  @Option(name: .customLong("data-dir"), help: "The directory with the fleet's ca.crt and ca.key.")
  var dataDirectory: String

  @Option(help: "HOST:PORT that agents know; else the host in coordinator.crt, and port 7440.")
  var listen: String?

  @Option(help: "The fleet's name; else the one in ca.crt.")
  var fleet: String?

  @Option(name: .customLong("mac-prefix"), help: "The prefix of MAC addresses; else that of most marks, or a new one.")
  var macPrefix: String?

  func run() async throws {
    let rebuilding = DatabaseRebuilder(
      directory: DataDirectory(path: dataDirectory), clock: SystemClock(), random: SystemRandomSource())
    let record = try await rebuilding.rebuild(
      name: fleet, listen: try listen.map { try ListenAddress(parsing: $0) }, macPrefix: macPrefix)
    print("fleet \(record.name) \(record.id) has a new database")
    print("agents must find it at \(record.linkAddress); with another address, remove roost.db and give --listen")
    print("it does not know, and no host can tell:")
    for thing in DatabaseRebuilder.unknowable { print("  \(thing)") }
    print("start it with: roost-coordinator run --data-dir \(dataDirectory.shellQuoted)")
    print("watch hosts and VMs come back with: roost settle; when all are there: roost settle --force")
  }
}
