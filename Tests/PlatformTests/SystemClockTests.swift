import Fleet
import Foundation
import Testing

@testable import Platform

@Suite("The system's clock and the exit statuses")
struct SystemClockTests {
  @Test("the clock shows the time of day")
  func clock() {
    let before = Date().timeIntervalSince1970
    let now = Double(SystemClock().now().milliseconds) / 1000
    #expect(now > before - 1)
    #expect(now < before + 10)
  }

  @Test(
    "an error's code decides the exit status, the same in each program",
    arguments: [
      (.invalid, 64), (.notFound, 3), (.conflict, 4), (.precondition, 4), (.exhausted, 4),
      (.noHostFits, 5), (.denied, 6), (.unreachable, 7), (.timedOut, 8), (.declined, 9), (.internal, 1),
      (.init(rawValue: "of-a-later-version"), 1),
    ] as [(FleetError.Code, Int32)])
  func statuses(code: FleetError.Code, status: Int32) {
    #expect(ExitStatus(code).rawValue == status)
  }
}
