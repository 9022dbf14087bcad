import ArgumentParser
import Coordinator
import Fleet
import Foundation
import Platform

/// Measures the ledger on a generated fleet.
struct Measure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Time allocations and searches on a made-up fleet.", shouldDisplay: false)

  @Option(help: "Rows of the ledger, several sizes with commas between them.")
  var rows = "10000,1000000"

  @Option(help: "VMs of the fleet that is searched.")
  var vms = 50_000

  @Option(help: "A directory for the database; it is removed afterwards.")
  var directory = NSTemporaryDirectory()

  @Flag(help: "One line a figure: what, median and p99 in microseconds, runs, with | between them.")
  var bare = false

  func run() async throws {
    let sizes = rows.split(separator: ",").compactMap { Int($0) }.filter { (1...100_000_000).contains($0) }
    guard !sizes.isEmpty, (1...59_000).contains(vms) else {
      throw FleetError(.invalid, "rows are numbers with commas between them, vms is 1 to 59000")
    }
    let place = "\(directory)/roost-measure-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let measurement = LedgerBenchmark(
      directory: place, ticks: ContinuousClock(), wall: SystemClock(), random: SystemRandomSource())
    func show(_ figure: LedgerBenchmark.Figure) {
      let (median, p99) = (Int(figure.medianMicroseconds.rounded()), Int(figure.p99Microseconds.rounded()))
      guard !bare else { return print("\(figure.what)|\(median)|\(p99)|\(figure.runs)") }
      print("\(figure.what): median \(median) us, p99 \(p99) us, \(figure.runs) runs")
    }
    try await measurement.searches(vms: vms, report: show)
    let figures = try await measurement.allocations(rows: sizes, report: show)
    let ordered = sizes.sorted()
    guard !bare, let first = ordered.first, let last = ordered.last, first > 1, last > first,
      let small = figures.first, let large = figures.last
    else { return }
    let growth = large.medianMicroseconds / small.medianMicroseconds
    let logarithm = log(Double(last)) / log(Double(first))
    print(
      "from \(first) to \(last) rows the median grows to \(String(format: "%.2f", growth)) times, "
        + "a logarithm to \(String(format: "%.2f", logarithm)) times")
  }
}
