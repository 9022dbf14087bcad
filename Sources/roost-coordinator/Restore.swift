import ArgumentParser
import Coordinator
import Fleet
import Platform

/// Replaces the database with a backup.
struct Restore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Replace the database with a backup.",
    discussion: """
      The coordinator must not run. After its start it settles: it lists, starts and stops VMs, but hands nothing out \
      until every host has reported; roost settle shows the progress, and how the backup and the hosts differ.
      """)

  @Option(name: .customLong("data-dir"), help: "The directory that init made, or one with its ca.crt and ca.key.")
  var dataDirectory: String

  @Flag(name: .customLong("move-aside"), help: "Rename an existing database.")
  var movesAside = false

  @Argument(help: "The file that roost backup wrote.", completion: .file())
  var file: String

  func run() async throws {
    let directory = DataDirectory(path: dataDirectory)
    let restoration = DatabaseRestorer(
      directory: directory, clock: SystemClock(), random: SystemRandomSource())
    if let aside = try await restoration.restore(file, movesAside: movesAside) {
      print("the database that was there is now \(aside)")
    }
    if !directory.hasRevocations {
      print("\(directory.revocations) is not there: certificates that were revoked after the backup are good again")
    }
    print("restored; the coordinator will settle before it hands anything out")
    print("start it with: roost-coordinator run --data-dir \(dataDirectory.shellQuoted), then look: roost settle")
  }
}
