import ArgumentParser
import Fleet
import Foundation
import Platform
import SimulationKit

/// Measures the coordinator's program with a made-up fleet; `deploy/bench-fleet` runs it.
@main
struct BenchFleet: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "BenchFleet", abstract: "Measure the coordinator with a made-up fleet.")

  @Argument(help: "How many hosts.")
  var hosts = 100

  @Argument(help: "How many VMs, spread over them; 50 for each host unless told otherwise.")
  var vms: Int?

  @Flag(help: "Hosts made from one template: equal names and disk paths on all.")
  var template = false

  @Option(help: "A file of an earlier run, to compare with.")
  var against: String?

  @Option(help: "A file to save the figures in.")
  var save: String?

  @Option(help: "How many seconds the steady state is watched.")
  var steady = 30

  @Option(help: "The folder of roost and roost-coordinator.")
  var programs: String

  @Option(help: "An empty directory, which stays.")
  var directory: String

  static func main() async { await runProgram() }

  func run() async throws {
    let shape = FleetShape(hosts: hosts, vms: vms ?? hosts * 50, isTemplate: template)
    guard (1...10_000).contains(shape.hosts), (shape.hosts...1_000_000).contains(shape.vms) else {
      throw FleetError(.invalid, "there are 1 to 10000 hosts, and 1 to 1000000 VMs, one for each host at least")
    }
    guard (1...3600).contains(steady) else { throw FleetError(.invalid, "--steady is 1 to 3600 seconds") }
    let earlier = try against.map { try Self.read($0, of: shape) }
    let settings = FleetBenchmark.Settings(
      shape: shape, programs: programs, directory: directory, steady: .seconds(steady))
    let benchmark = FleetBenchmark(settings: settings, clock: SystemClock(), random: SystemRandomSource()) { text in
      StandardError.write("bench-fleet: \(text)")
    }
    let table = try await benchmark.run()
    print(table.text(against: earlier))
    if let save { try JSONEncoder().encode(table).write(to: URL(fileURLWithPath: save)) }
  }

  /// Reads the figures of an earlier run.
  /// - Throws: ``FleetError`` with code `invalid` if there are none of a fleet of this size.
  private static func read(_ path: String, of shape: FleetShape) throws -> FleetTable {
    let table: FleetTable
    do {
      table = try JSONDecoder().decode(FleetTable.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw FleetError(.invalid, "\(path) has no figures of an earlier run", hint: "--save FILE writes such a file")
    }
    guard table.shape == shape else {
      let kind = table.shape.isTemplate ? " of one template" : ""
      throw FleetError(.invalid, "\(path) is of \(table.shape.hosts) hosts\(kind) and \(table.shape.vms) VMs")
    }
    return table
  }
}
