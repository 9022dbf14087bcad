/// Each thing that is measured of a fleet, in the order of the table.
package enum FleetFigure: String, Codable, CaseIterable, Sendable {
  case enrolment, connectWelcome, connectRest, connectLost
  case steadyCPU, steadyMemory, peakMemory, memoryOfVM, loadedMemoryOfVM
  case list, listFirst, listHost, show, status, conflicts, hosts, top, macs, fit
  case metrics, health
  case create, burst, workLost
  case cutWelcome, cutRest, cutLost
  case killAnswer, killReady, killRest, killLost
  case startAnswer, largestMessage

  /// The unit of a figure.
  package enum Unit: String, Codable, Sendable {
    case milliseconds = "ms"
    case seconds = "s"
    case perSecond = "/s"
    case percent = "%"
    case megabytes = "MB"
    case bytes = "B"
    case kibibytes = "KiB"
    case count = ""
  }

  /// What is measured, its unit, and what is aimed at with 1,000 hosts and 50,000 VMs, if anything.
  private var row: (title: String, unit: Unit, aim: Double?) {
    switch self {
    case .enrolment: ("hosts enrolled, eight at a time", .perSecond, nil)
    case .connectWelcome: ("all connect: welcome, p99", .milliseconds, nil)
    case .connectRest: ("  at rest after", .seconds, 8)
    case .connectLost: ("  hosts called down falsely", .count, 0)
    case .steadyCPU: ("steady CPU, of one core", .percent, 4)
    case .steadyMemory: ("steady memory", .megabytes, 250)
    case .peakMemory: ("  peak of all that follows", .megabytes, 350)
    case .memoryOfVM: ("  of one VM, with its share of its host's connection", .bytes, nil)
    case .loadedMemoryOfVM: ("  of one VM, just loaded, no host connected", .bytes, 3072)
    case .list: ("roost list -o json", .milliseconds, 700)
    case .listFirst: ("  its first row", .milliseconds, 50)
    case .listHost: ("roost list --host", .milliseconds, 40)
    case .show: ("roost show", .milliseconds, 40)
    case .status: ("roost status", .milliseconds, 40)
    case .conflicts: ("roost mac conflicts", .milliseconds, 40)
    case .hosts: ("roost host list", .milliseconds, nil)
    case .top: ("roost top --hosts", .milliseconds, 100)
    case .macs: ("roost mac list", .milliseconds, 700)
    case .fit: ("roost fit --survive 1", .milliseconds, 100)
    case .metrics: ("/metrics", .milliseconds, 40)
    case .health: ("/healthz", .milliseconds, 2)
    case .create: ("one create accepted", .milliseconds, 5)
    case .burst: ("burst of 100 creates, ten at a time", .perSecond, 400)
    case .workLost: ("  hosts called down falsely since all had connected", .count, 0)
    case .cutWelcome: ("all cut and back: welcome, p99", .milliseconds, nil)
    case .cutRest: ("  at rest after", .seconds, 8)
    case .cutLost: ("  hosts called down falsely", .count, 0)
    case .killAnswer: ("kill -9: start to first answer", .seconds, 2)
    case .killReady: ("  all hosts ready after", .seconds, nil)
    case .killRest: ("  at rest after", .seconds, 8)
    case .killLost: ("  hosts called down falsely", .count, 0)
    case .startAnswer: ("start to first answer, no host connected", .seconds, 2)
    case .largestMessage: ("largest message of a listing or a hello", .kibibytes, 1024)
    }
  }

  package var title: String { row.title }
  package var unit: Unit { row.unit }
  package var aim: Double? { row.aim }

  /// True if more is better.
  package var growsBetter: Bool { unit == .perSecond }

  /// A value with its unit, short.
  package func text(_ value: Double) -> String {
    let digits =
      switch unit {
      case .count, .bytes, .kibibytes: 0
      case .milliseconds, .megabytes, .perSecond: value < 10 ? 1 : 0
      case .seconds, .percent: value < 10 ? 2 : 1
      }
    return Self.decimal(value, digits) + (unit == .count || unit == .perSecond ? "" : " ") + unit.rawValue
  }

  /// A number with so many digits after its point.
  static func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let whole = Int((value * scale).rounded())
    guard digits > 0 else { return String(whole) }
    let fraction = String(whole % Int(scale))
    return "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
  }
}
